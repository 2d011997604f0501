using Microsoft.Extensions.Options;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Answers a request about many keys, each from the replica that holds it.</summary>
internal sealed class BatchRouter(
    PartitionReads reads, PeerClient peers, PartitionPatience patience, IOptions<ReadingOptions> options, TimeProvider timeProvider)
{
    /// <summary>Reads all keys or none: a key whose partition cannot be asked within the limit makes the whole answer 503.</summary>
    public async Task<IResult> AnswerAsync<TProcessor, TItem>(HttpContext context, BatchQuery<TProcessor, TItem> query)
        where TProcessor : class, IRecordProcessor
        where TItem : class
    {
        var items = new TItem[query.Keys.Count];
        var pending = GroupByPartition(query.Target, query.Keys);
        var isForwarded = PeerRequests.IsForwarded(context);
        var start = patience.Start();
        while (true)
        {
            var elsewhere = new Dictionary<Uri, List<int>>();
            foreach (var (partition, indexes) in pending)
            {
                var attempt = reads.Try<TProcessor, bool>(query.Target, partition, processor => ReadHere(processor, query, indexes, items));
                if (attempt.Place == PartitionPlace.Here)
                    pending.Remove(partition);
                else if (isForwarded && attempt.Place != PartitionPlace.Restoring)
                    return ReadProblems.Misdirected();
                else if (attempt.Owner is { } owner)
                    (elsewhere.TryGetValue(owner.Endpoint, out var present) ? present : elsewhere[owner.Endpoint] = []).Add(partition);
            }

            var asked = elsewhere.Select(owner => AskAsync(owner.Key, owner.Value, pending, query, items, context.RequestAborted)).ToList();
            foreach (var answered in await Task.WhenAll(asked))
            {
                foreach (var partition in answered)
                    pending.Remove(partition);
            }

            if (pending.Count == 0)
                return TypedResults.Json(new Batch<TItem>(items), query.AnswerType);
            if (!await patience.TryAgainAsync(start, context.RequestAborted))
                return ReadProblems.Unavailable(context, pending.Keys.First());
        }
    }

    private Dictionary<int, List<int>> GroupByPartition(ReadTarget target, IReadOnlyList<string> keys)
    {
        var groups = new Dictionary<int, List<int>>();
        for (var i = 0; i < keys.Count; i++)
        {
            var partition = reads.PartitionOf(target, keys[i]);
            (groups.TryGetValue(partition, out var group) ? group : groups[partition] = []).Add(i);
        }

        return groups;
    }

    private static bool ReadHere<TProcessor, TItem>(TProcessor processor, BatchQuery<TProcessor, TItem> query, List<int> indexes, TItem[] items)
        where TProcessor : class, IRecordProcessor
        where TItem : class
    {
        foreach (var index in indexes)
            items[index] = query.Read(processor, query.Keys[index]);
        return true;
    }

    /// <returns>The partitions that were answered: all that were asked for, or none.</returns>
    private async Task<IReadOnlyList<int>> AskAsync<TProcessor, TItem>(
        Uri endpoint, List<int> partitions, Dictionary<int, List<int>> pending, BatchQuery<TProcessor, TItem> query, TItem[] items, CancellationToken cancellationToken)
        where TProcessor : class, IRecordProcessor
        where TItem : class
    {
        var indexes = partitions.SelectMany(partition => pending[partition]).ToList();
        using var request = PeerRequests.Create(HttpMethod.Post, endpoint, query.Path);
        request.Content = query.CreateContent([.. indexes.Select(index => query.Keys[index])]);
        var timeout = options.Value.WaitForPartition + options.Value.PeerTimeout;
        var answer = await peers.TryAskAsync(request, query.AnswerType, timeout, timeProvider, cancellationToken);
        if (answer is null)
            return [];
        if (answer.Items.Count != indexes.Count)
            throw new InvalidDataException($"{endpoint} answered {answer.Items.Count} of {indexes.Count} items.");
        for (var i = 0; i < indexes.Count; i++)
            items[indexes[i]] = answer.Items[i];
        return partitions;
    }
}
