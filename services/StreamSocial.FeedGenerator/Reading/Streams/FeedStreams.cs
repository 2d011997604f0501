using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading.Streams;

/// <summary>Serves the streams of feeds, wherever the feeds are and however often they move.</summary>
internal sealed class FeedStreams(
    PartitionReads reads, FeedBoard board, StreamRelay relay, PartitionPatience patience, IHostApplicationLifetime lifetime, StreamSettings settings)
{
    /// <summary>Runs until the client leaves, this process stops, or, for a relaying replica, the partition leaves.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Whose feed.</param>
    /// <param name="after">Behind the last entry that the client has; null: start with the next one.</param>
    public async Task<IResult> RunAsync(HttpContext context, string user, StreamPosition? after)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            return await RunAsync(context, new FeedStream(user, reads.PartitionOf(ReadTarget.Feeds, user), after), ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return Results.Empty;
        }
    }

    private async Task<IResult> RunAsync(HttpContext context, FeedStream stream, CancellationToken cancellationToken)
    {
        var isForwarded = PeerRequests.IsForwarded(context);
        var writer = new EventStreamWriter(context.Response, settings.Heartbeat, settings.TimeProvider);
        var start = patience.Start();
        while (true)
        {
            var attempt = stream.Read(reads);
            if (attempt.Place == PartitionPlace.Here)
            {
                await ServeAsync(stream, writer, cancellationToken);
                if (isForwarded)
                    return Results.Empty;
            }
            else if (isForwarded && attempt.Place != PartitionPlace.Restoring)
            {
                return ReadProblems.Misdirected();
            }
            else if (attempt.Owner is { } owner)
            {
                await relay.RunAsync(stream, owner, writer, cancellationToken);
            }

            if (writer.IsStarted)
            {
                await patience.PauseAsync(cancellationToken);
                await writer.HeartbeatIfDueAsync(cancellationToken);
            }
            else if (!await patience.TryAgainAsync(start, cancellationToken))
            {
                return ReadProblems.Unavailable(context, stream.Partition);
            }
        }
    }

    /// <summary>Sends what arrives in the feed for as long as its partition runs here.</summary>
    private async Task ServeAsync(FeedStream stream, EventStreamWriter writer, CancellationToken cancellationToken)
    {
        using var subscription = board.Subscribe(stream.User);
        while (true)
        {
            subscription.Reset();
            var read = stream.Read(reads);
            if (read.Place != PartitionPlace.Here)
                return;
            await writer.StartAsync(cancellationToken);
            if (stream.Position is null)
            {
                var end = stream.ReadEnd(reads);
                if (end.Place != PartitionPlace.Here)
                    return;
                stream.Position = end.Value!;
                await writer.WritePositionAsync(end.Value!, cancellationToken);
                continue;
            }

            if (read.Value is { Count: > 0 } entries)
            {
                await writer.WriteEntriesAsync(entries, cancellationToken);
                stream.Position = entries[^1].Position;
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(subscription.Changed, Task.Delay(settings.OwnershipCheck, settings.TimeProvider, pause.Token));
            await pause.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            await writer.HeartbeatIfDueAsync(cancellationToken);
        }
    }
}
