using StreamSocial.Events;
using StreamSocial.Streams.Emitting;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Notifies users of other users' actions that concern them, unless they block the actor.</summary>
/// <param name="blocks">Blocks of the actors of one partition; a block of somebody who follows or likes is known here.</param>
/// <param name="isEnabled">Whether anybody is notified (<see cref="Notifications.NotificationsOptions.Enabled"/>).</param>
internal sealed class Notifier(BlockStore blocks, bool isEnabled)
{
    public void Mentioned(UserAction action, IEmitter emitter)
    {
        var mentioned = action.MentionedUserIds;
        for (var i = 0; i < mentioned.Count; i++)
        {
            if (mentioned[i].Length > 0 && mentioned.IndexOf(mentioned[i]) == i)
                Notify(mentioned[i], NotificationType.Mention, action, emitter);
        }
    }

    /// <summary>Passes on that a user has read notifications.</summary>
    public static void MarkRead(UserAction action, IEmitter emitter) =>
        emitter.EmitKeyed(TopicNames.Notifications, action.UserId, new Notification { UserId = action.UserId, ReadUpTo = action.ReadUpTo });

    public void Notify(string user, NotificationType type, UserAction action, IEmitter emitter)
    {
        if (!isEnabled || user.Length == 0 || user == action.UserId || blocks.Of(action.UserId, user).HasFlag(Blockers.Other))
            return;
        emitter.EmitKeyed(TopicNames.Notifications, user, new Notification
        {
            UserId = user,
            Type = type,
            ActorId = action.UserId,
            ContentId = action.ContentId,
            ActionId = action.ActionId,
            OccurredAt = action.OccurredAt,
        });
    }
}
