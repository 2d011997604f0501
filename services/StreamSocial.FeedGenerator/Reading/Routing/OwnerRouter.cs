using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Answers a request about one key from the one replica that holds it: this one, or the one it is passed on to.</summary>
internal sealed class OwnerRouter(PartitionReads reads, PeerForwarder forwarder, PartitionPatience patience)
{
    /// <summary>Reads the key's partition here, or lets its owner answer; waits, within the limit, while nobody can.</summary>
    public async Task<IResult> AnswerAsync<TProcessor, TResult>(
        HttpContext context, ReadTarget target, string key, Func<TProcessor, TResult> read, Func<TResult, IResult> answer)
        where TProcessor : class, IRecordProcessor
    {
        var partition = reads.PartitionOf(target, key);
        var isForwarded = PeerRequests.IsForwarded(context);
        var start = patience.Start();
        while (true)
        {
            var attempt = reads.Try(target, partition, read);
            if (attempt.Place == PartitionPlace.Here)
                return answer(attempt.Value!);
            if (isForwarded && attempt.Place != PartitionPlace.Restoring)
                return ReadProblems.Misdirected();
            if (attempt.Owner is { } owner && await forwarder.TryForwardAsync(context, owner))
                return Results.Empty;
            if (!await patience.TryAgainAsync(start, context.RequestAborted))
                return ReadProblems.Unavailable(context, partition);
        }
    }
}
