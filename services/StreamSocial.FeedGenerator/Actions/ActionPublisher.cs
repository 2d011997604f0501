using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Events.Keys;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Sends what a user does with contents to feeds, counters and other users, and takes it back.</summary>
internal sealed class ActionPublisher(ITaskContext context, FanOut fanOut, PullPublisher pulls, OwnActionStore ownActions, Notifier notifier)
{
    /// <summary>A time of 0 says that nothing was taken back.</summary>
    private const long FirstInstant = 1;

    private readonly int _interactionPartitions = context.PartitionCountOf(TopicNames.ContentInteractions);

    /// <param name="definition">What its type does.</param>
    /// <param name="action">The action.</param>
    /// <param name="timestamp">Time of its record, Unix milliseconds.</param>
    /// <param name="emitter">Receives the entries.</param>
    public void Publish(ActionDefinition definition, UserAction action, long timestamp, IEmitter emitter)
    {
        if (definition.CountsOnce && ownActions.Contains(action.UserId, action.Type, action.ContentId))
            return;
        var pullNumber = definition.FeedEntry is { } feedEntry ? SendToFeeds(ActionRules.CreateUpdate(action, feedEntry), timestamp, emitter) : 0;
        var own = OwnAction.Of(action, timestamp, pullNumber);
        if (definition.Interaction is { } interaction)
            Count(own, action.UserId, interaction, takenBackAt: 0, emitter);
        if (ActionTypes.TakerBackOf(action.Type) is { } taker)
            ownActions.Add(action.UserId, action.Type, taker.Names == ActionObject.OwnAction ? action.ActionId : action.ContentId, own);

        if (definition.Notification is { } notification)
            notifier.Notify(action.ContentAuthorId, notification, action, emitter);
        // An action that appears in no feed mentions nobody.
        if (definition.FeedEntry is not null)
            notifier.Mentioned(action, emitter);
    }

    /// <summary>Takes back the user's earlier actions that an action names, if there are any.</summary>
    public void TakeBack(ActionDefinition definition, UserAction action, IEmitter emitter)
    {
        var reference = definition.Names == ActionObject.OwnAction ? action.TargetActionId : action.ContentId;
        foreach (var type in definition.TakesBack)
        {
            var taken = ActionTypes.Of(type);
            foreach (var own in ownActions.Take(action.UserId, type, reference))
            {
                if (taken.FeedEntry is { } feedEntry)
                    RemoveFromFeeds(ActionRules.CreateRemoval(action.UserId, own, feedEntry), own.PullNumber, emitter);
                if (taken.Interaction is { } interaction)
                    Count(own, action.UserId, interaction, Math.Max(FirstInstant, action.OccurredAt), emitter);
            }
        }
    }

    /// <summary>Sends an update to the followers; returns its number in pull-posts, or 0 if it was pushed.</summary>
    private int SendToFeeds(FeedUpdate update, long timestamp, IEmitter emitter)
    {
        if (pulls.TryPublish(update, timestamp, emitter))
            return update.PullNumber;
        fanOut.Send(update, Audience.Followers, emitter);
        return 0;
    }

    private void RemoveFromFeeds(FeedUpdate removal, int pullNumber, IEmitter emitter)
    {
        if (pullNumber > 0)
            pulls.Remove(removal, pullNumber, emitter);
        // A pulled action lies only in the feeds of those who left since.
        fanOut.Send(removal, pullNumber > 0 ? Audience.Leavers : Audience.FollowersAndLeavers, emitter);
    }

    /// <summary>
    /// Sends the interaction that follows from an action. When the action is taken back it goes to the same partition, behind what it takes back.
    /// </summary>
    private void Count(in OwnAction action, string user, InteractionType interaction, long takenBackAt, IEmitter emitter)
    {
        var partition = ContentPartitions.PartitionOf(action.ContentId, action.ActionId, action.Spread, _interactionPartitions);
        emitter.Emit(TopicNames.ContentInteractions, partition, new ContentInteraction
        {
            InteractionId = action.ActionId,
            Type = interaction,
            ContentId = action.ContentId,
            UserId = user,
            OccurredAt = action.CountedAt,
            Spread = action.Spread,
            TakenBackAt = takenBackAt,
        });
    }
}
