using StreamSocial.Events;
using StreamSocial.Events.Keys;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>Writes updates into the feeds of one partition.</summary>
internal sealed class FeedsProcessor(ITaskContext context, FeedsOptions options, FeedBoard board) : IRecordProcessor
{
    private readonly int _partition = context.Partition;
    private readonly int _partitions = context.PartitionCountOf(TopicNames.FeedUpdates);

    public FeedBook Feeds { get; } = new(context, options.Capacity);

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        var update = FeedUpdate.Parser.ParseFrom(entry.Payload.Span);
        Check(update);
        var item = new FeedItem(update.ActionId, update.Type, update.AuthorId, update.ContentId, update.Text, update.OccurredAt);
        var recipients = update.RecipientIds;
        for (var i = 0; i < recipients.Count; i++)
        {
            if (Feeds.Add(recipients[i], item))
                board.Announce(recipients[i]);
        }
    }

    private void Check(FeedUpdate update)
    {
        if (update.Type is < FeedEntryType.Post or > FeedEntryType.Share)
            throw new InvalidEntryException($"The update for action '{update.ActionId}' has the unknown type {(int)update.Type}.");
        if (update.ActionId.Length == 0 || update.AuthorId.Length == 0 || update.RecipientIds.Count == 0)
            throw new InvalidEntryException($"The update for action '{update.ActionId}' lacks its action_id, author_id or recipient_ids.");
        var recipients = update.RecipientIds;
        for (var i = 0; i < recipients.Count; i++)
        {
            if (recipients[i].Length == 0)
                throw new InvalidEntryException($"The update for action '{update.ActionId}' has an empty recipient.");
            if (KeyPartitioner.PartitionOf(recipients[i], _partitions) != _partition)
            {
                throw new InvalidEntryException(
                    $"The update for action '{update.ActionId}' names recipient '{recipients[i]}', whose feed is not in partition {_partition}.");
            }
        }
    }
}
