using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Events.Stages;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.FeedGenerator.Pulling;

/// <summary>Both processors and the table of pulled posts, connected as their topics connect them.</summary>
internal sealed class FeedPipeline : IDisposable
{
    private const int ActionPartitions = 3;
    private const int FeedPartitions = 4;

    private readonly PullPostsIndex _table = new();
    private readonly List<(string Key, byte[]? Value)> _records = [];
    private readonly TaskTestDriver _actions;
    private readonly TaskTestDriver _feeds;

    public FeedPipeline(long threshold, int capacity, int rememberedActionIds = 3, RecordLimit? limit = null)
    {
        var options = new FeedsOptions { Capacity = capacity };
        _actions = new(
            new StageDefinition(
                FeedGeneratorStages.Actions.Name, TopicNames.UserActions, TopicNames.ActionsState, context => new ActionsProcessor(context, new() { PullThreshold = threshold, RememberedActionIds = rememberedActionIds }, options, new())),
            new Dictionary<string, int>
            {
                [TopicNames.UserActions] = ActionPartitions, [TopicNames.FeedUpdates] = FeedPartitions, [TopicNames.ContentInteractions] = 1,
                [TopicNames.Notifications] = 1, [TopicNames.PullPosts] = 2, [DeadLetterTopic.NameOf(TopicNames.UserActions)] = 1,
            },
            limit: limit);
        _feeds = new(
            new StageDefinition(FeedGeneratorStages.Feeds.Name, TopicNames.FeedUpdates, TopicNames.FeedsState, context => new FeedsProcessor(context, options, new(), _table, new())),
            new Dictionary<string, int> { [TopicNames.FeedUpdates] = FeedPartitions },
            limit: limit);
    }

    /// <summary>Number of records of pull-posts so far, without tombstones.</summary>
    public int PulledRecords { get; private set; }

    /// <summary>Number of actions that pull-posts has once it is compacted.</summary>
    public int KeptPullPosts => _records.GroupBy(record => record.Key).Count(key => key.Last().Value is not null);

    /// <summary>Sends an action as ingest does, with a second record if it concerns two users.</summary>
    public void Pipe(UserAction action)
    {
        PipeRecord(action);
        if (ActionTypes.Of(action.Type).Concerns == ConcernedUser.Both)
            PipeRecord(new(action) { UnderActor = true });
    }

    /// <summary>Removes and returns the actions that went to the dead-letter topic.</summary>
    public IReadOnlyList<TestOutput> ReadDeadLetters() => _actions.ReadOutput(DeadLetterTopic.NameOf(TopicNames.UserActions));

    public void Checkpoint()
    {
        _actions.Checkpoint();
        _feeds.Checkpoint();
    }

    /// <summary>Restores the checkpoint and processes the input after it again.</summary>
    public void Crash()
    {
        _actions.Restart();
        _feeds.Restart();
    }

    /// <summary>Writes the newest records of pull-posts once more, as after a takeover.</summary>
    public void RepeatPullPosts(int count, bool withTombstones = true)
    {
        foreach (var (key, value) in _records.TakeLast(count).Where(record => withTombstones || record.Value is not null))
            _table.Apply(key, value);
    }

    public FeedSlice Read(string user, int limit, FeedPosition? before) => Read(user, processor => processor.Read(user, limit, before)) ?? FeedSlice.Empty;

    public IReadOnlyList<StreamedEntry> ReadStream(string user, StreamPosition after) => Read(user, processor => processor.ReadStream(user, after).Entries) ?? [];

    public StreamPosition ReadStreamEnd(string user) => Read(user, processor => processor.ReadStreamEnd(user)) ?? StreamPosition.Start;

    public void Dispose()
    {
        _actions.Dispose();
        _feeds.Dispose();
    }

    private void PipeRecord(UserAction action)
    {
        _actions.Pipe(ActionTypes.Of(action.Type).KeyOf(action), action);
        foreach (var output in _actions.ReadOutput(TopicNames.PullPosts))
        {
            PulledRecords += output.Payload.IsEmpty ? 0 : 1;
            _records.Add((output.Key!, output.Payload.IsEmpty ? null : output.Payload.ToArray()));
            _table.Apply(_records[^1].Key, _records[^1].Value);
        }

        foreach (var output in _actions.ReadOutput(TopicNames.FeedUpdates))
            _feeds.Pipe(output.Partition, null, FeedUpdate.Parser.ParseFrom(output.Payload.Span));
    }

    private TResult? Read<TResult>(string user, Func<FeedsProcessor, TResult> read)
        where TResult : class => _feeds.Read(KeyPartitioner.PartitionOf(user, FeedPartitions), read);
}
