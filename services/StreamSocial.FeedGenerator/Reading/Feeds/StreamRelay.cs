using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>Relays the stream of the replica that owns the feed to a client, for as long as it is the owner.</summary>
internal sealed class StreamRelay(PartitionReader reader, PeerClient peers, StreamSettings settings)
{
    /// <summary>Largest event: an entry of the largest record, escaped as JSON, and the position after it.</summary>
    private const int MaxEventBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Returns when the owner ends the stream, falls silent or is no longer the owner. The stream's position is then after the last event sent.
    /// </summary>
    public async Task RunAsync(FeedStream stream, Peer owner, EventStreamWriter writer, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        var silence = new SilenceTimeout(settings.TimeProvider);
        var monitor = MonitorOwnerAsync(stream.Partition, owner, silence, over, either.Token);
        try
        {
            await CopyAsync(stream, owner, writer, silence, either.Token, cancellationToken);
        }
        catch (Exception exception) when (PeerClient.IsOutage(exception, over.Token) && !cancellationToken.IsCancellationRequested)
        {
            // The next attempt looks up the owner again and continues after the position.
            peers.OnOutage(owner.Endpoint, exception);
        }
        finally
        {
            await over.CancelAsync();
            await monitor;
        }
    }

    private async Task CopyAsync(
        FeedStream stream, Peer owner, EventStreamWriter writer, SilenceTimeout silence, CancellationToken upstream, CancellationToken client)
    {
        using var request = peers.CreateRequest(HttpMethod.Get, owner.Endpoint, $"/v1/feeds/{Uri.EscapeDataString(stream.User)}/stream");
        if (stream.Position is { } after)
            request.Headers.Add("Last-Event-ID", StreamEventId.Format(after));
        using var response = await AskAsync(request, writer, upstream, client);
        if (peers.IsRefusal(response))
            return;
        response.EnsureSuccessStatusCode();
        silence.Restart(settings.Silence);
        // Without a position the client's answer begins with the owner's: what the client waits for from then on comes after that, whoever is the owner by then.
        if (stream.Position is not null)
            await writer.StartAsync(client);

        var input = PipeReader.Create(await response.Content.ReadAsStreamAsync(upstream));
        while (true)
        {
            var result = await input.ReadAsync(upstream);
            silence.Restart(settings.Silence);
            var buffer = result.Buffer;
            // Only complete events are passed on, so that the position always matches what the client has.
            while (EventSplitter.TryTake(ref buffer, out var block, out var position))
            {
                await writer.StartAsync(client);
                await writer.WriteAsync(block, client);
                stream.Position = position ?? stream.Position;
            }

            if (buffer.Length > MaxEventBytes)
                throw new IOException($"Another replica sent {buffer.Length} bytes without the end of an event.");
            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                return;
        }
    }

    /// <summary>Sends a request. An owner that restores the partition answers after that; the client gets its heartbeats meanwhile.</summary>
    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, EventStreamWriter writer, CancellationToken upstream, CancellationToken client)
    {
        var answer = peers.Invoker.SendAsync(request, upstream);
        while (writer.IsStarted && !answer.IsCompleted && !upstream.IsCancellationRequested)
        {
            await Task.WhenAny(answer, Task.Delay(writer.UntilHeartbeat, settings.TimeProvider, upstream));
            await writer.HeartbeatIfDueAsync(client);
        }

        return await answer;
    }

    // A replica that has not noticed that it lost the partition would keep its streams open and silent.
    private async Task MonitorOwnerAsync(
        int partition, Peer owner, SilenceTimeout silence, CancellationTokenSource over, CancellationToken cancellationToken)
    {
        silence.Restart(settings.FirstAnswer);
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(settings.OwnershipCheck, settings.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (silence.HasExpired || reader.FindOwner(ReadTarget.Feeds, partition) is not { } current || current.MemberId != owner.MemberId)
                await over.CancelAsync();
        }
    }
}

/// <summary>Splits a stream that <see cref="EventStreamWriter"/> wrote into its events.</summary>
internal static class EventSplitter
{
    private static ReadOnlySpan<byte> End => "\n\n"u8;

    private static ReadOnlySpan<byte> IdField => "id: "u8;

    /// <summary>Takes the first complete event, with its terminator, from a buffer; false if there is none.</summary>
    /// <param name="buffer">Bytes received; the event is removed from it.</param>
    /// <param name="block">The event.</param>
    /// <param name="position">Its id; null if it has none.</param>
    public static bool TryTake(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> block, out StreamPosition? position)
    {
        position = null;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> content, End))
        {
            block = default;
            return false;
        }

        block = buffer.Slice(0, reader.Position);
        buffer = buffer.Slice(reader.Position);
        var lines = new SequenceReader<byte>(content);
        if (lines.IsNext(IdField, advancePast: true))
        {
            if (!lines.TryReadTo(out ReadOnlySequence<byte> id, (byte)'\n'))
                id = lines.UnreadSequence;
            position = StreamEventId.Parse(Encoding.UTF8.GetString(id))
                ?? throw new InvalidDataException("An event of another replica has an id that is no position.");
        }

        return true;
    }
}

/// <summary>Expires when another replica has been silent for too long. Thread-safe.</summary>
internal sealed class SilenceTimeout(TimeProvider timeProvider)
{
    private long _until = long.MaxValue;

    public bool HasExpired => timeProvider.GetTimestamp() > Volatile.Read(ref _until);

    public void Restart(TimeSpan allowedSilence) =>
        Volatile.Write(ref _until, timeProvider.GetTimestamp() + (long)(allowedSilence.TotalSeconds * timeProvider.TimestampFrequency));
}
