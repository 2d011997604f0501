using Microsoft.Extensions.Options;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>Serves the streams of feeds and follows a feed when its partition moves.</summary>
internal sealed class FeedStreams(
    PartitionReader reader, FeedChangeNotifier notifier, StreamRelay relay, PartitionRetryPolicy retryPolicy, IHostApplicationLifetime lifetime,
    StreamSettings settings)
{
    /// <summary>Runs until the client disconnects or this process stops; a request of another replica also ends when the partition moves.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Owner of the feed.</param>
    /// <param name="after">Position of the client; null to start with the next entry.</param>
    public async Task<IResult> RunAsync(HttpContext context, string user, StreamPosition? after)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            return await RunAsync(context, new FeedStream(user, reader.PartitionOf(ReadTarget.Feeds, user), after), ending.Token);
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
        var start = retryPolicy.Start();
        while (true)
        {
            var attempt = stream.Read(reader);
            if (attempt.Location == PartitionLocation.Here)
            {
                await ServeAsync(stream, writer, cancellationToken);
                if (isForwarded)
                    return Results.Empty;
            }
            else if (isForwarded && attempt.Location != PartitionLocation.Restoring)
            {
                return ReadProblems.Misdirected();
            }
            else if (attempt.Owner is { } owner)
            {
                await relay.RunAsync(stream, owner, writer, cancellationToken);
            }

            if (writer.IsStarted)
            {
                await retryPolicy.PauseAsync(cancellationToken);
                await writer.HeartbeatIfDueAsync(cancellationToken);
            }
            else if (!await retryPolicy.WaitForRetryAsync(start, cancellationToken))
            {
                return ReadProblems.Unavailable(context, stream.Partition);
            }
        }
    }

    /// <summary>Sends new entries of the feed while its partition runs here.</summary>
    private async Task ServeAsync(FeedStream stream, EventStreamWriter writer, CancellationToken cancellationToken)
    {
        using var subscription = notifier.Subscribe(stream.User);
        while (true)
        {
            subscription.Reset();
            var read = stream.Read(reader);
            if (read.Location != PartitionLocation.Here)
                return;
            await writer.StartAsync(cancellationToken);
            if (stream.Position is null)
            {
                var end = stream.ReadEnd(reader);
                if (end.Location != PartitionLocation.Here)
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

/// <summary>One client's stream: the feed and the client's position.</summary>
internal sealed class FeedStream(string user, int partition, StreamPosition? position)
{
    public string User => user;

    public int Partition => partition;

    /// <summary>Position after the last entry sent; null until the feed's end has been read.</summary>
    public StreamPosition? Position { get; set; } = position;

    /// <summary>Reads what follows the position if the feed is here; nothing while there is no position.</summary>
    public PartitionRead<IReadOnlyList<StreamedEntry>> Read(PartitionReader reader) => reader.Try<FeedsProcessor, IReadOnlyList<StreamedEntry>>(
        ReadTarget.Feeds, partition, processor => Position is { } after ? processor.ReadStream(user, after) : []);

    /// <summary>Reads the current end of the stream if the feed is here.</summary>
    public PartitionRead<StreamPosition> ReadEnd(PartitionReader reader) =>
        reader.Try<FeedsProcessor, StreamPosition>(ReadTarget.Feeds, partition, processor => processor.ReadStreamEnd(user));
}

/// <summary>Clock and intervals of streams.</summary>
internal sealed class StreamSettings(IOptions<ReadingOptions> options, TimeProvider timeProvider)
{
    public TimeProvider TimeProvider => timeProvider;

    public TimeSpan Heartbeat => options.Value.Heartbeat;

    public TimeSpan OwnershipCheck => options.Value.OwnershipCheck;

    /// <summary>Longest silence of another replica, heartbeats included, before its stream is abandoned.</summary>
    public TimeSpan Silence => (2 * options.Value.Heartbeat) + options.Value.PeerTimeout;

    /// <summary>Longest wait for the start of another replica's answer, which may have to restore the partition first.</summary>
    public TimeSpan FirstAnswer => options.Value.WaitForPartition + options.Value.PeerTimeout;
}
