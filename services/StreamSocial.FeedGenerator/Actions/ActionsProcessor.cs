using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Notifications;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Keeps the followers of one partition's authors and delivers the authors' actions to them, pushed or for pulling.</summary>
internal sealed class ActionsProcessor : IRecordProcessor
{
    private readonly int _partition;
    private readonly int _actionPartitions;
    private readonly ITaskContext _context;
    private readonly FollowerStore _followers;
    private readonly RelationChanges _relations;
    private readonly ActionPublisher _publisher;
    private readonly RecentActions _recentActions;
    private readonly RecentActions _recentFollows;

    public ActionsProcessor(ITaskContext context, ActionsOptions options, FeedsOptions feeds, NotificationsOptions notifications)
    {
        _context = context;
        _partition = context.Partition;
        _actionPartitions = context.PartitionCountOf(TopicNames.UserActions);
        _followers = FollowerStore.Followers(context);
        var leavers = FollowerStore.Leavers(context);
        var fanOut = new FanOut(_followers, leavers, context.PartitionCountOf(TopicNames.FeedUpdates));
        var pulls = new PullPublisher(context, _followers, fanOut, options.PullThreshold, feeds.Capacity);
        var blocks = new BlockStore(context);
        var notifier = new Notifier(blocks, notifications.Enabled);
        _relations = new(_followers, leavers, blocks, pulls, notifier);
        _publisher = new(context, fanOut, pulls, new(context, options.RememberedOwnActions), notifier);
        _recentActions = new(context, "recent-actions", headsStore: 18, pagesStore: 28, options.RememberedActionIds);
        _recentFollows = new(context, "recent-follows", headsStore: 21, pagesStore: 29, options.RememberedActionIds);
    }

    public FollowerStore Followers => _followers;

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        // Before anything changes: what is made of a larger one would not fit into a record.
        if (entry.Payload.Length > _context.MaxAcceptedBytes)
            throw new InvalidEntryException($"The action has {entry.Payload.Length} bytes; at most {_context.MaxAcceptedBytes} are allowed.");
        var action = UserAction.Parser.ParseFrom(entry.Payload.Span);
        var definition = ActionRules.Check(action);
        var key = definition.KeyOf(action);
        CheckPartition(action, key);
        if (action.UserId == action.TargetUserId)
            return;
        // Users choose their ids independently of each other. What is under the actor's own key has no other actor.
        var isOwn = key == action.UserId;
        var id = isOwn ? IdFingerprint.Of(action.ActionId) : IdFingerprint.Of(action.UserId, action.ActionId);
        // A client's repeat.
        if (!(isOwn ? _recentActions : _recentFollows).TryAdd(key, id))
            return;

        if (definition.FollowerChange != FollowerChange.None)
            _relations.Apply(definition, action, FollowerStore.SeedOf(entry), emitter);
        else if (definition.Names == ActionObject.Notifications)
            Notifier.MarkRead(action, emitter);
        else if (definition.TakesBack.Length > 0)
            _publisher.TakeBack(definition, action, emitter);
        else
            _publisher.Publish(definition, action, entry.Timestamp, emitter);
    }

    // Followers stored in the wrong partition would silently miss updates.
    private void CheckPartition(UserAction action, string key)
    {
        var expected = KeyPartitioner.PartitionOf(key, _actionPartitions);
        if (expected != _partition)
        {
            throw new InvalidEntryException(
                $"Action '{action.ActionId}' concerns user '{key}' of partition {expected} but is in partition {_partition}; " +
                $"key the record by that user, with Kafka's murmur2 partitioner.");
        }
    }
}
