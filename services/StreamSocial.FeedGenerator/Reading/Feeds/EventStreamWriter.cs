using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StreamSocial.FeedGenerator.Pulling;

namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>Writes server-sent events to one client and keeps its connection alive.</summary>
internal sealed class EventStreamWriter(HttpResponse response, TimeSpan heartbeat, TimeProvider timeProvider)
{
    private const int MaxUnflushedBytes = 64 * 1024;

    /// <summary>A timer may be early by this much.</summary>
    private static readonly TimeSpan TimerPrecision = TimeSpan.FromMilliseconds(1);

    private long _lastWrite;

    /// <summary>Whether the response has started. From then on the stream ends only with its client or this process.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Time until the connection needs a sign of life.</summary>
    public TimeSpan UntilHeartbeat => heartbeat - timeProvider.GetElapsedTime(_lastWrite) + TimerPrecision is var left && left > TimerPrecision ? left : TimerPrecision;

    private PipeWriter Output => response.BodyWriter;

    public static void SetHeaders(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache,no-store";
        // Stops reverse proxies such as nginx from buffering events.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsStarted)
            return;
        IsStarted = true;
        _lastWrite = timeProvider.GetTimestamp();
        SetHeaders(response);
        await response.StartAsync(cancellationToken);
        await Output.FlushAsync(cancellationToken);
    }

    /// <summary>Sends a position without an event. An EventSource remembers it and resumes there when it reconnects.</summary>
    public Task WritePositionAsync(StreamPosition position, CancellationToken cancellationToken) => WriteIdAsync(StreamEventId.Format(position), cancellationToken);

    /// <summary>Tells the client that the stream does not continue where the client was.</summary>
    public Task WriteNoticeAsync(string name, string detail, string id, CancellationToken cancellationToken)
    {
        Text($"id: {id}\nevent: {name}\ndata: ");
        using (var json = new Utf8JsonWriter(Output))
            JsonSerializer.Serialize(json, new StreamNotice(name, detail), ReadingJson.Default.StreamNotice);
        Text("\n\n");
        return FlushAsync(cancellationToken);
    }

    /// <summary>Tells the client to connect again, and to go on there after the last id that it has. The stream then ends.</summary>
    public Task WriteEndAsync(CancellationToken cancellationToken)
    {
        Text($"event: {StreamNotice.Reconnect}\ndata: ");
        using (var json = new Utf8JsonWriter(Output))
            JsonSerializer.Serialize(json, StreamNotice.End, ReadingJson.Default.StreamNotice);
        Text("\n\n");
        return FlushAsync(cancellationToken);
    }

    public async Task WriteEntriesAsync(IReadOnlyList<StreamedEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var (entry, position) in entries)
        {
            Text("id: " + StreamEventId.Format(position) + "\ndata: ");
            using (var json = new Utf8JsonWriter(Output))
                JsonSerializer.Serialize(json, FeedEntryView.From(entry), ReadingJson.Default.FeedEntryView);
            Text("\n\n");
            // A client that resumes far back gets its whole feed: it is written as fast as it is read, and not gathered here.
            if (Output.UnflushedBytes >= MaxUnflushedBytes)
                await FlushAsync(cancellationToken);
        }

        await FlushAsync(cancellationToken);
    }

    /// <summary>Sends an id without an event.</summary>
    public Task WriteIdAsync(string id, CancellationToken cancellationToken)
    {
        Text("id: " + id + "\n\n");
        return FlushAsync(cancellationToken);
    }

    /// <summary>Sends one event.</summary>
    public Task WriteEventAsync<T>(string id, T data, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        Text("id: " + id + "\ndata: ");
        using (var json = new Utf8JsonWriter(Output))
            JsonSerializer.Serialize(json, data, type);
        Text("\n\n");
        return FlushAsync(cancellationToken);
    }

    /// <summary>Passes on complete events unchanged.</summary>
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

/// <summary>Data of an event that says that the stream does not continue where the client was, or ends.</summary>
/// <param name="Reason">The event's name: <c>gap</c>, <c>reset</c> or <c>reconnect</c>.</param>
/// <param name="Detail">What is missing and what to do, for a person.</param>
internal sealed record StreamNotice(string Reason, string Detail)
{
    public const string Gap = "gap";
    public const string Reset = "reset";
    public const string Reconnect = "reconnect";

    public static StreamNotice End { get; } = new(Reconnect, "The stream has lasted as long as streams do here. Connect again with the id of the last event.");
}
