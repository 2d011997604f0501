using StreamSocial.Events;
using StreamSocial.Streams.Emitting;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Notifies users of other users' actions that concern them.</summary>
internal static class Notifier
{
    public static void Mentioned(UserAction action, IEmitter emitter)
    {
        var mentioned = action.MentionedUserIds;
        for (var i = 0; i < mentioned.Count; i++)
        {
            if (mentioned[i].Length > 0 && mentioned.IndexOf(mentioned[i]) == i)
                Notify(mentioned[i], NotificationType.Mention, action, emitter);
        }
    }

    public static void Notify(string user, NotificationType type, UserAction action, IEmitter emitter)
    {
        if (user.Length == 0 || user == action.UserId)
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
