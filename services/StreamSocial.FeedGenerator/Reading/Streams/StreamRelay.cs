using System.IO.Pipelines;
using System.Net;
using StreamSocial.FeedGenerator.Reading.Routing;
using StreamSocial.Streams.Membership;

namespace StreamSocial.FeedGenerator.Reading.Streams;

/// <summary>Passes on to a client the stream of the replica that owns the feed, as long as it does.</summary>
internal sealed class StreamRelay(PartitionReads reads, PeerClient peers, StreamSettings settings)
{
    /// <summary>Returns when the owner ends the stream, falls silent or is no longer the owner; the stream's position says how far it got.</summary>
    public async Task RunAsync(FeedStream stream, PartitionOwner owner, EventStreamWriter writer, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        var heard = new StreamPulse(settings.TimeProvider);
        var watch = WatchAsync(stream.Partition, owner, heard, over, either.Token);
        try
        {
            await CopyAsync(stream, owner, writer, heard, either.Token, cancellationToken);
        }
        catch (Exception exception) when (PeerClient.IsOutage(exception, over.Token) && !cancellationToken.IsCancellationRequested)
        {
            // The next attempt finds the owner again and asks it for what follows the position.
            peers.LogOutage(owner.Endpoint, exception);
        }
        finally
        {
            await over.CancelAsync();
            await watch;
        }
    }

    private async Task CopyAsync(
        FeedStream stream, PartitionOwner owner, EventStreamWriter writer, StreamPulse heard, CancellationToken upstream, CancellationToken client)
    {
        using var request = PeerRequests.Create(HttpMethod.Get, owner.Endpoint, $"/v1/feeds/{Uri.EscapeDataString(stream.User)}/stream");
        if (stream.Position is { } after)
            request.Headers.Add("Last-Event-ID", StreamEventId.Format(after));
        using var response = await peers.Invoker.SendAsync(request, upstream);
        if (response.StatusCode is HttpStatusCode.MisdirectedRequest or HttpStatusCode.ServiceUnavailable)
            return;
        response.EnsureSuccessStatusCode();
        heard.Beat(settings.Silence);
        await writer.StartAsync(client);

        var input = PipeReader.Create(await response.Content.ReadAsStreamAsync(upstream));
        while (true)
        {
            var result = await input.ReadAsync(upstream);
            heard.Beat(settings.Silence);
            var buffer = result.Buffer;
            // Whole events only, so that what the client has and the position never differ.
            while (EventBlocks.TryTake(ref buffer, out var block, out var position))
            {
                await writer.WriteAsync(block, client);
                stream.Position = position ?? stream.Position;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                return;
        }
    }

    // A replica that lost the partition without noticing would keep its streams open and silent.
    private async Task WatchAsync(int partition, PartitionOwner owner, StreamPulse heard, CancellationTokenSource over, CancellationToken cancellationToken)
    {
        heard.Beat(settings.FirstAnswer);
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(settings.OwnershipCheck, settings.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (heard.IsOver || reads.FindOwner(ReadTarget.Feeds, partition) is not { } current || current.MemberId != owner.MemberId)
                await over.CancelAsync();
        }
    }
}
