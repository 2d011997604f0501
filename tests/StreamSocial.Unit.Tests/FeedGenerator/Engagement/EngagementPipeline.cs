using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Events.Keys;
using StreamSocial.Events.Stages;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.Streams.Testing;

namespace StreamSocial.Unit.Tests.FeedGenerator.Engagement;

/// <summary>Actions and Engagement, connected as their topics connect them: Engagement feeds itself too.</summary>
internal sealed class EngagementPipeline : IDisposable
{
    public const int Partitions = 7;

    private readonly TaskTestDriver _actions = new(
        new(FeedGeneratorStages.Actions.Name, TopicNames.UserActions, TopicNames.ActionsState, context => new ActionsProcessor(context, new(), new(), new())),
        new Dictionary<string, int>
        {
            [TopicNames.UserActions] = 3, [TopicNames.FeedUpdates] = 1, [TopicNames.ContentInteractions] = Partitions, [TopicNames.Notifications] = 1, [TopicNames.PullPosts] = 1,
        });

    private readonly TaskTestDriver _engagement = new(
        new(FeedGeneratorStages.Engagement.Name, TopicNames.ContentInteractions, TopicNames.EngagementState, context => new EngagementProcessor(context, new())),
        new Dictionary<string, int> { [TopicNames.ContentInteractions] = Partitions, [TopicNames.ContentStats] = 1 });

    /// <summary>The last record of each content on content-stats.</summary>
    public Dictionary<string, ContentStats> Statistics { get; } = [];

    public long RepeatedOutputs => _actions.RepeatedOutputs + _engagement.RepeatedOutputs;

    /// <summary>Partitions to which Actions sent interactions, in order.</summary>
    public List<int> ActionPlaces { get; } = [];

    public void Pipe(UserAction action)
    {
        _actions.Pipe(ActionTypes.Of(action.Type).KeyOf(action), action);
        foreach (var output in _actions.ReadOutput(TopicNames.ContentInteractions))
        {
            ActionPlaces.Add(output.Partition);
            Deliver(output);
        }
    }

    public void Pipe(ContentInteraction interaction)
    {
        _engagement.Pipe(ContentPartitions.PartitionOf(interaction.ContentId, interaction.InteractionId, interaction.Spread, Partitions), null, interaction);
        Settle();
    }

    public void Checkpoint()
    {
        _actions.Checkpoint();
        _engagement.Checkpoint();
    }

    /// <summary>Restores the checkpoint and processes the input after it again.</summary>
    public void Crash()
    {
        _actions.Restart();
        _engagement.Restart();
        Assert.Empty(_actions.ReadOutput(TopicNames.ContentInteractions));
        Settle();
    }

    /// <summary>Merges the parts that a content's own partition names, as a read does.</summary>
    public ContentStats Read(string contentId)
    {
        var own = ReadPart(contentId, ContentPartitions.PartitionOf(contentId, "", spread: 0, Partitions));
        var stats = own.Stats.Clone();
        foreach (var partition in own.OtherPartitions)
        {
            var parts = new ContentParts();
            parts.Set(partition, ReadPart(contentId, partition).Stats);
            parts.AddTo(stats);
        }

        return stats;
    }

    public RankedContent ReadPart(string contentId, int partition) => _engagement.Read(partition, (EngagementProcessor processor) => processor.Read(contentId));

    public void Dispose()
    {
        _actions.Dispose();
        _engagement.Dispose();
    }

    private void Deliver(TestOutput output)
    {
        _engagement.Pipe(output.Partition, null, ContentInteraction.Parser.ParseFrom(output.Payload.Span));
        Settle();
    }

    private void Settle()
    {
        foreach (var output in _engagement.ReadOutput(TopicNames.ContentInteractions))
            Deliver(output);
        foreach (var output in _engagement.ReadOutput(TopicNames.ContentStats))
            Statistics[output.Key!] = ContentStats.Parser.ParseFrom(output.Payload.Span);
    }
}
