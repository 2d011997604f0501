using StreamSocial.Events;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.FeedGenerator.Notifications;

/// <summary>Keeps the notifications of one partition's users and what they have read of them.</summary>
/// <param name="context">The task.</param>
/// <param name="options">How many are kept.</param>
/// <param name="changes">Notified of each user whose notifications changed.</param>
internal sealed class NotificationsProcessor(ITaskContext context, NotificationsOptions options, FeedChangeNotifier changes) : IRecordProcessor
{
    private readonly int _partition = context.Partition;
    private readonly int _partitions = context.PartitionCountOf(TopicNames.Notifications);
    private readonly NotificationStore _store = new(context, options.Capacity);

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        var notification = Notification.Parser.ParseFrom(entry.Payload.Span);
        Check(notification);
        if (notification.ReadUpTo == 0)
            _store.Add(notification);
        else if (!_store.MarkRead(notification.UserId, notification.ReadUpTo))
            return;
        changes.NotifyChanged(notification.UserId);
    }

    /// <inheritdoc cref="NotificationStore.Read"/>
    public NotificationSlice Read(string user, int limit, int before) => _store.Read(user, limit, before);

    /// <inheritdoc cref="NotificationStore.ReadAfter"/>
    public NotificationSlice ReadAfter(string user, int after, int limit) => _store.ReadAfter(user, after, limit);

    private void Check(Notification notification)
    {
        if (!IdRule.IsValid(notification.UserId))
            throw new InvalidEntryException($"A notification has a user_id that is no id: it {IdRule.Text}.");
        if (KeyPartitioner.PartitionOf(notification.UserId, _partitions) != _partition)
            throw new InvalidEntryException($"A notification of user '{notification.UserId}' is in partition {_partition}, which is not that of the key.");
        if (notification.ReadUpTo < 0)
            throw new InvalidEntryException($"A notification of user '{notification.UserId}' has the negative read_up_to {notification.ReadUpTo}.");
        if (notification.ReadUpTo > 0)
            return;
        if (notification.Type is <= NotificationType.Unspecified or > NotificationType.Follow)
            throw new InvalidEntryException($"A notification of user '{notification.UserId}' has the unknown type {(int)notification.Type}.");
        foreach (var id in new[] { notification.ActorId, notification.ContentId, notification.ActionId })
        {
            if (id.Length > 0 && !IdRule.IsValid(id))
                throw new InvalidEntryException($"A notification of user '{notification.UserId}' has an id that is none: it {IdRule.Text}.");
        }
    }
}
