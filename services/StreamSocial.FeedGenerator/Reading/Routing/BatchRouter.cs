using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Answers a request for several keys, each from the replica that holds it.</summary>
internal sealed class BatchRouter(
    PartitionReader reader, PeerClient peers, PartitionRetryPolicy retryPolicy, IOptions<ReadingOptions> options, TimeProvider timeProvider)
{
    /// <summary>Reads all keys or none: the answer is 503 if one key's partition cannot be read in time.</summary>
    public async Task<IResult> AnswerAsync<TProcessor, TKey, TItem>(HttpContext context, BatchQuery<TProcessor, TKey, TItem> query)
        where TProcessor : class, IRecordProcessor
        where TItem : class
    {
        var (items, problem) = await ReadAsync(context, query);
        return problem ?? TypedResults.Json(new Batch<TItem>(items), query.AnswerType);
    }

    /// <summary>Reads all keys, or gives the answer that says why they cannot be read.</summary>
    public async Task<(TItem[] Items, IResult? Problem)> ReadAsync<TProcessor, TKey, TItem>(HttpContext context, BatchQuery<TProcessor, TKey, TItem> query)
        where TProcessor : class, IRecordProcessor
        where TItem : class
    {
        var items = new TItem[query.Keys.Count];
        var pending = GroupByPartition(query);
        var isForwarded = PeerRequests.IsForwarded(context);
        var start = retryPolicy.Start();
        while (true)
        {
            var elsewhere = new Dictionary<Uri, List<int>>();
            foreach (var (partition, indexes) in pending)
            {
                var attempt = reader.Try<TProcessor, bool>(query.Target, partition, processor => ReadHere(processor, query, indexes, items));
                if (attempt.Location == PartitionLocation.Here)
                    pending.Remove(partition);
                else if (isForwarded && attempt.Location != PartitionLocation.Restoring)
                    return ([], ReadProblems.Misdirected());
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
                return (items, null);
            if (!await retryPolicy.WaitForRetryAsync(start, context.RequestAborted))
                return ([], ReadProblems.Unavailable(context, pending.Keys.First()));
        }
    }

    private static Dictionary<int, List<int>> GroupByPartition<TProcessor, TKey, TItem>(BatchQuery<TProcessor, TKey, TItem> query)
        where TProcessor : class, IRecordProcessor
        where TItem : class
    {
        var groups = new Dictionary<int, List<int>>();
        for (var i = 0; i < query.Keys.Count; i++)
        {
            var partition = query.PartitionOf(query.Keys[i]);
            (groups.TryGetValue(partition, out var group) ? group : groups[partition] = []).Add(i);
        }

        return groups;
    }

    private static bool ReadHere<TProcessor, TKey, TItem>(TProcessor processor, BatchQuery<TProcessor, TKey, TItem> query, List<int> indexes, TItem[] items)
        where TProcessor : class, IRecordProcessor
        where TItem : class
    {
        foreach (var index in indexes)
            items[index] = query.Read(processor, query.Keys[index]);
        return true;
    }

    /// <returns>The partitions answered: all that were asked for, or none.</returns>
    private async Task<IReadOnlyList<int>> AskAsync<TProcessor, TKey, TItem>(
        Uri endpoint, List<int> partitions, Dictionary<int, List<int>> pending, BatchQuery<TProcessor, TKey, TItem> query, TItem[] items, CancellationToken cancellationToken)
        where TProcessor : class, IRecordProcessor
        where TItem : class
    {
        // A content has a part in several partitions, so these may be more keys than a request may have.
        foreach (var indexes in partitions.SelectMany(partition => pending[partition]).Chunk(ReadLimits.MaxBatch))
        {
            using var request = peers.CreateRequest(HttpMethod.Post, endpoint, query.Path);
            request.Content = query.CreateContent([.. indexes.Select(index => query.Keys[index])]);
            var timeout = options.Value.WaitForPartition + options.Value.PeerTimeout;
            var answer = await peers.TryAskAsync(request, query.AnswerType, timeout, timeProvider, cancellationToken);
            if (answer is null)
                return [];
            if (answer.Items.Count != indexes.Length)
                throw new InvalidDataException($"{endpoint} answered {answer.Items.Count} of {indexes.Length} items.");
            for (var i = 0; i < indexes.Length; i++)
                items[indexes[i]] = answer.Items[i];
        }
        return partitions;
    }
}

/// <summary>A batch as it is read in this process and requested from another replica.</summary>
/// <param name="Target">The state that is read.</param>
/// <param name="Keys">What is read, such as users.</param>
/// <param name="PartitionOf">The partition that holds a key.</param>
/// <param name="Path">Path of the batch endpoint.</param>
/// <param name="Read">Reads one key, while the task is not processing.</param>
/// <param name="CreateContent">Makes the body of a request for some of the keys.</param>
/// <param name="AnswerType">The answer's JSON.</param>
internal sealed record BatchQuery<TProcessor, TKey, TItem>(
    ReadTarget Target,
    IReadOnlyList<TKey> Keys,
    Func<TKey, int> PartitionOf,
    string Path,
    Func<TProcessor, TKey, TItem> Read,
    Func<IReadOnlyList<TKey>, HttpContent> CreateContent,
    JsonTypeInfo<Batch<TItem>> AnswerType)
    where TProcessor : class, IRecordProcessor
    where TItem : class;

/// <summary>Answer to a batch: one item for each different key, in the order in which the request first names them.</summary>
internal sealed record Batch<TItem>(IReadOnlyList<TItem> Items);

/// <summary>Checks the body of a batch.</summary>
internal static class BatchBody
{
    public static IResult? CheckKeys(string field, IReadOnlyList<string>? keys)
    {
        if (keys is null || keys.Count is < 1 or > ReadLimits.MaxBatch)
            return ReadProblems.Invalid(field, $"Give 1 to {ReadLimits.MaxBatch} ids.");
        for (var i = 0; i < keys.Count; i++)
        {
            if (ReadLimits.CheckId(keys[i]) is { } wrong)
                return ReadProblems.Invalid($"{field}[{i}]", wrong);
        }

        return null;
    }
}
