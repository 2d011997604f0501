namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>Ends a stream in the way that its reason asks for.</summary>
internal static class StreamLifetime
{
    /// <summary>Serves a stream until it ends by itself, its client leaves, this process stops, or its time is over, which the client is told.</summary>
    /// <param name="context">The request.</param>
    /// <param name="writer">Writes to the client.</param>
    /// <param name="partition">What is streamed.</param>
    /// <param name="over">Cancelled when the client shall connect again.</param>
    /// <param name="stopping">Cancelled when this process stops.</param>
    /// <param name="serve">Serves it until it is cancelled.</param>
    public static async Task<IResult> RunAsync(
        HttpContext context, EventStreamWriter writer, int partition, CancellationToken over, CancellationToken stopping, Func<CancellationToken, Task<IResult>> serve)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using var serving = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, over);
        try
        {
            try
            {
                return await serve(serving.Token);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested && !ending.IsCancellationRequested)
            {
                if (writer.IsStarted)
                    await writer.WriteEndAsync(ending.Token);
                return context.Response.HasStarted ? Results.Empty : ReadProblems.Unavailable(context, partition);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // An empty answer of status 200 would say that there is no stream, and a client would not come again.
            return context.Response.HasStarted || context.RequestAborted.IsCancellationRequested ? Results.Empty : ReadProblems.Unavailable(context, partition);
        }
    }
}
