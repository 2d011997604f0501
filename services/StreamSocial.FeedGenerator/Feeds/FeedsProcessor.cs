using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Kafka.Records;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>Writes updates into the feeds of one partition, and reads the feeds together with the posts that they pull.</summary>
/// <param name="context">The task.</param>
/// <param name="options">Capacity of a feed.</param>
/// <param name="notifier">Notified of each feed that changed.</param>
/// <param name="posts">Posts that feeds pull; used for reads only, because processing may depend on the task's input alone.</param>
/// <param name="metrics">Counts the deliveries.</param>
/// <param name="traces">Remembers the traces of updates; null for nobody.</param>
internal sealed class FeedsProcessor(ITaskContext context, FeedsOptions options, FeedChangeNotifier notifier, IPullPosts posts, FeedsMetrics metrics, RecentTraces? traces = null) : IRecordProcessor
{
    private readonly int _partition = context.Partition;
    private readonly int _partitions = context.PartitionCountOf(TopicNames.FeedUpdates);
    private readonly FeedStore _feeds = new(context, options.Capacity);
    private readonly FeedPullStore _pulls = new(context);

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        var update = FeedUpdate.Parser.ParseFrom(entry.Payload.Span);
        Check(update);
        var item = FeedItem.From(update);
        var recipients = update.RecipientIds;
        // By index: its enumerator would be an object for each update.
        for (var i = 0; i < recipients.Count; i++)
        {
            if (Apply(update, item, recipients[i]))
                notifier.NotifyChanged(recipients[i]);
        }
        metrics.CountDeliveries(recipients.Count);
        traces?.Remember(update);
    }

    /// <summary>Reads the newest entries before a position, or of the whole feed, newest first.</summary>
    /// <param name="user">Owner of the feed.</param>
    /// <param name="limit">Most entries.</param>
    /// <param name="before">The position.</param>
    /// <param name="maxBytes">Most bytes of the entries together.</param>
    /// <param name="atLeast">Entries that are returned, if there are as many, however large they are.</param>
    public FeedSlice Read(string user, int limit, FeedPosition? before, long maxBytes = long.MaxValue, int atLeast = 1)
    {
        var pulls = _pulls.Of(user).Pulls;
        return (pulls.Count == 0 ? _feeds.Read(user, limit, before, maxBytes) : ReadMerged(user, pulls, limit, before)).Within(maxBytes, atLeast);
    }

    private FeedSlice ReadMerged(string user, IReadOnlyList<FeedPull> pulls, int limit, FeedPosition? before)
    {
        (AuthorActions Actions, int After)[] pulled = [.. pulls.Select(pull => (posts.Of(pull.Author), pull.After))];
        // What was removed in one source hides its repeat in another.
        var needed = MergedFeed.Needed(limit, _feeds.RemovedOf(user) + pulled.Sum(pull => pull.Actions.Removed));
        // The merge needs all pushed entries: one that was left out would be missed between two pulled ones.
        var handedOver = before is { } position ? _feeds.ReadHandedOver(user, position) : [];
        return MergedFeed.Read(_feeds.Read(user, needed, before, withRemoved: true), handedOver, pulled, needed, limit, before, options.Capacity);
    }

    /// <summary>Reads what follows a position in the stream of a user's feed.</summary>
    public StreamPiece ReadStream(string user, StreamPosition after) =>
        MergedStream.Read(_feeds.ReadArrivals(user, after.Arrival), _pulls.Of(user), posts, after);

    /// <summary>Reads the current end of a user's stream.</summary>
    public StreamPosition ReadStreamEnd(string user) => MergedStream.End(_feeds.ReadArrivals(user, long.MaxValue), _pulls.Of(user), posts);

    /// <summary>Applies an update to one feed; false when nothing changed.</summary>
    private bool Apply(FeedUpdate update, FeedItem item, string recipient)
    {
        switch (update.PullChange)
        {
            case PullChange.Start:
                _pulls.Set(recipient, new(update.AuthorId, update.PullNumber));
                return true;
            case PullChange.End:
                _pulls.End(recipient, update.AuthorId);
                return true;
            case PullChange.Unspecified when update.PullNumber > 0:
                // The pull is about to end, so its actions are handed over; the feed takes those that it pulled. Until then both have them.
                if (_pulls.AfterOf(recipient, update.AuthorId) is not { } after || update.PullNumber <= after)
                    return false;
                // A repeat whose id was forgotten may have been pushed although the feed pulls the action, which was then taken back.
                return (item.IsRemoved && _feeds.Remove(recipient, item.Position)) || _feeds.Add(recipient, item, update.PullNumber);
            case PullChange.Unspecified when update.Removal == Removal.Action:
                return _feeds.Remove(recipient, item.Position);
            case PullChange.Unspecified when update.Removal == Removal.Author:
                return _feeds.RemoveAllOf(recipient, update.AuthorId);
            default:
                return _feeds.Add(recipient, item);
        }
    }

    private void Check(FeedUpdate update)
    {
        var isAction = IsAction(update);
        if (update.PullChange is < PullChange.Unspecified or > PullChange.End)
            throw Invalid(update, $"is of the unknown kind {(int)update.PullChange}");
        if (update.Removal is < Removal.Unspecified or > Removal.Author)
            throw Invalid(update, $"is of the unknown removal {(int)update.Removal}");
        if (isAction && ActionTypes.Find(update.Type) is null)
            throw Invalid(update, $"has the unknown type {(int)update.Type}");
        if ((isAction && update.ActionId.Length == 0) || update.AuthorId.Length == 0 || update.RecipientIds.Count == 0)
            throw Invalid(update, "lacks its action_id, author_id or recipient_ids");
        if ((isAction && !IdRule.IsValid(update.ActionId)) || !IdRule.IsValid(update.AuthorId) || (update.ContentId.Length > 0 && !IdRule.IsValid(update.ContentId)))
            throw Invalid(update, $"has an action_id, author_id or content_id that is no id: it {IdRule.Text}");
        // What an earlier version took with such a time can still be removed.
        if (isAction && update.Removal == Removal.Unspecified && !FieldCheck.IsTime(update.OccurredAt))
            throw Invalid(update, $"has the occurred_at {update.OccurredAt}, which is no time in Unix milliseconds");
        if (update.PullNumber < 0)
            throw Invalid(update, $"has the negative pull_number {update.PullNumber}");
        for (var i = 0; i < update.RecipientIds.Count; i++)
        {
            var recipient = update.RecipientIds[i];
            if (!IdRule.IsValid(recipient))
                throw Invalid(update, "has a recipient that is no id");
            if (KeyPartitioner.PartitionOf(recipient, _partitions) != _partition)
                throw Invalid(update, $"names recipient '{recipient}', whose feed is not in partition {_partition}");
        }
    }

    private static InvalidEntryException Invalid(FeedUpdate update, string why) => new(
        IsAction(update) ? $"The update for action '{update.ActionId}' {why}." : $"The change of pulling from or the removal of '{update.AuthorId}' {why}.");

    private static bool IsAction(FeedUpdate update) => update.PullChange == PullChange.Unspecified && update.Removal != Removal.Author;
}
