using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading.Feeds;

namespace StreamSocial.FeedGenerator.Reading.Streams;

/// <summary>Writes server-sent events to one client and keeps its connection alive.</summary>
internal sealed class EventStreamWriter(HttpResponse response, TimeSpan heartbeat, TimeProvider timeProvider)
{
    private long _lastWrite;

    /// <summary>Whether the client has the response's head; from then on the stream does not end by itself.</summary>
    public bool IsStarted { get; private set; }

    private PipeWriter Output => response.BodyWriter;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsStarted)
            return;
        IsStarted = true;
        _lastWrite = timeProvider.GetTimestamp();
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache,no-store";
        // Tells nginx and its like not to hold events back.
        response.Headers["X-Accel-Buffering"] = "no";
        await response.StartAsync(cancellationToken);
        await Output.FlushAsync(cancellationToken);
    }

    /// <summary>Gives the client a position without an event: an EventSource remembers it and starts there when it reconnects.</summary>
    public Task WritePositionAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        Text("id: " + StreamEventId.Format(position) + "\n\n");
        return FlushAsync(cancellationToken);
    }

    public Task WriteEntriesAsync(IReadOnlyList<StreamedEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var (entry, position) in entries)
        {
            Text("id: " + StreamEventId.Format(position) + "\ndata: ");
            using (var json = new Utf8JsonWriter(Output))
                JsonSerializer.Serialize(json, FeedEntryView.From(entry), ReadingJson.Default.FeedEntryView);
            Text("\n\n");
        }

        return FlushAsync(cancellationToken);
    }

    /// <summary>Passes whole events on as they are.</summary>
    public Task WriteAsync(ReadOnlySequence<byte> events, CancellationToken cancellationToken)
    {
        foreach (var segment in events)
            Output.Write(segment.Span);
        return FlushAsync(cancellationToken);
    }

    public Task HeartbeatIfDueAsync(CancellationToken cancellationToken)
    {
        if (!IsStarted || timeProvider.GetElapsedTime(_lastWrite) < heartbeat)
            return Task.CompletedTask;
        Text(": heartbeat\n\n");
        return FlushAsync(cancellationToken);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        await Output.FlushAsync(cancellationToken);
        _lastWrite = timeProvider.GetTimestamp();
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, Output);
}
