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
    private const string GapDetail =
        "Some entries after your position are no longer in the feed. Read GET /v1/feeds/{user} if you need what is there now; the stream goes on with what is left.";

    private const string ResetDetail =
        "Your position is not in this feed. Read GET /v1/feeds/{user} for what is there now; the stream goes on with what comes next.";

    /// <summary>Runs until the client disconnects, its time is over or this process stops; a request of another replica also ends when the partition moves.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Owner of the feed.</param>
    /// <param name="after">Position of the client; null to start with the next entry.</param>
    /// <param name="over">Cancelled when the client shall connect again.</param>
    public Task<IResult> RunAsync(HttpContext context, string user, StreamPosition? after, CancellationToken over)
    {
        var stream = new FeedStream(user, reader.PartitionOf(ReadTarget.Feeds, user), after);
        var writer = new EventStreamWriter(context.Response, settings.Heartbeat, settings.TimeProvider);
        return StreamLifetime.RunAsync(context, writer, stream.Partition, over, lifetime.ApplicationStopping, token => RunAsync(context, stream, writer, token));
    }

    private async Task<IResult> RunAsync(HttpContext context, FeedStream stream, EventStreamWriter writer, CancellationToken cancellationToken)
    {
        var isForwarded = PeerRequests.IsForwarded(context);
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
        using var subscription = notifier.Subscribe(stream.User, stream.Partition);
        var catchUp = new CatchUpWait();
        while (true)
        {
            subscription.Reset();
            var read = stream.Read(reader);
            if (read.Location != PartitionLocation.Here)
                return;
            if (stream.Position is null)
            {
                // Before the client has its answer: what it waits for from then on comes after this end, whoever is the owner by then.
                if (stream.ReadEnd(reader) is not { Location: PartitionLocation.Here, Value: { } now })
                    return;
                stream.Position = now;
                await writer.StartAsync(cancellationToken);
                await writer.WritePositionAsync(now, cancellationToken);
                continue;
            }

            await writer.StartAsync(cancellationToken);
            if (IsLost(read.Value.Continuity, catchUp))
            {
                if (stream.ReadEnd(reader) is not { Location: PartitionLocation.Here, Value: { } end })
                    return;
                stream.Position = end;
                await writer.WriteNoticeAsync(StreamNotice.Reset, ResetDetail, StreamEventId.Format(end), cancellationToken);
                continue;
            }

            await WritePieceAsync(stream, read.Value, writer, cancellationToken);
            if (read.Value.HasMore)
                continue;
            subscription.MayPull = stream.Position.Pulls.Count > 0;
            await subscription.WaitAsync(settings.NextLook(read.Value.Continuity == StreamContinuity.Ahead, writer), settings.TimeProvider, cancellationToken);
            await writer.HeartbeatIfDueAsync(cancellationToken);
        }
    }

    /// <summary>Whether a position is of no use, because it never was in the feed. One that the feed has not reached gets some time.</summary>
    private bool IsLost(StreamContinuity continuity, CatchUpWait catchUp)
    {
        var isWaiting = catchUp.IsOn(continuity == StreamContinuity.Ahead, settings);
        return !isWaiting && continuity is (StreamContinuity.Ahead or StreamContinuity.NeverWas);
    }

    private static async Task WritePieceAsync(FeedStream stream, StreamPiece piece, EventStreamWriter writer, CancellationToken cancellationToken)
    {
        if (piece.Continuity == StreamContinuity.Gap && !stream.IsGapTold)
            await writer.WriteNoticeAsync(StreamNotice.Gap, GapDetail, StreamEventId.Format(stream.Position!), cancellationToken);
        if (piece.Entries.Count > 0)
            await writer.WriteEntriesAsync(piece.Entries, cancellationToken);
        // A client that comes back after a gap shall not be told of it again.
        var isAhead = piece.Entries.Count == 0 || piece.Entries[^1].Position != piece.End;
        if (piece.Continuity == StreamContinuity.Gap && isAhead)
            await writer.WritePositionAsync(piece.End, cancellationToken);
        stream.IsGapTold = piece.Continuity == StreamContinuity.Gap && piece.HasMore;
        stream.Position = piece.End;
    }
}

/// <summary>One client's stream: the feed and the client's position.</summary>
internal sealed class FeedStream(string user, int partition, StreamPosition? position)
{
    public string User => user;

    public int Partition => partition;

    /// <summary>Position after the last entry sent; null until the feed's end has been read.</summary>
    public StreamPosition? Position { get; set; } = position;

    /// <summary>Whether the client knows that what it gets, which comes in several pieces, has a gap.</summary>
    public bool IsGapTold { get; set; }

    /// <summary>Reads what follows the position if the feed is here; nothing while there is no position.</summary>
    public PartitionRead<StreamPiece> Read(PartitionReader reader) => reader.Try<FeedsProcessor, StreamPiece>(
        ReadTarget.Feeds, partition, processor => Position is { } after ? processor.ReadStream(user, after) : default);

    /// <summary>Reads the current end of the stream if the feed is here.</summary>
    public PartitionRead<StreamPosition> ReadEnd(PartitionReader reader) =>
        reader.Try<FeedsProcessor, StreamPosition>(ReadTarget.Feeds, partition, processor => processor.ReadStreamEnd(user));
}

/// <summary>
/// Gives an owner whose data ends before its client's position some time to reach it: one that was replaced, and does not know it yet, and one that has just taken
/// over, are behind their clients.
/// </summary>
internal sealed class CatchUpWait
{
    private long? _since;

    /// <summary>Whether the owner is behind and still has time.</summary>
    public bool IsOn(bool isBehind, StreamSettings settings)
    {
        _since = isBehind ? _since ?? settings.TimeProvider.GetTimestamp() : null;
        return _since is { } since && settings.TimeProvider.GetElapsedTime(since) < settings.CatchUp;
    }
}

/// <summary>Clock and intervals of streams.</summary>
internal sealed class StreamSettings(IOptions<ReadingOptions> options, TimeProvider timeProvider)
{
    public TimeProvider TimeProvider => timeProvider;

    public TimeSpan Heartbeat => options.Value.Heartbeat;

    public TimeSpan OwnershipCheck => options.Value.OwnershipCheck;

    /// <summary>How long an owner may be behind its client's position.</summary>
    public TimeSpan CatchUp => options.Value.PeerTimeout;

    /// <summary>How long a stream waits for a change. An owner that is behind its client does not say that it is no longer.</summary>
    public TimeSpan NextLook(bool isBehind, EventStreamWriter writer) =>
        isBehind && OwnershipCheck < writer.UntilHeartbeat ? OwnershipCheck : writer.UntilHeartbeat;

    /// <summary>Longest silence of another replica, heartbeats included, before its stream is abandoned.</summary>
    public TimeSpan Silence => (2 * options.Value.Heartbeat) + options.Value.PeerTimeout;

    /// <summary>Longest wait for the start of another replica's answer, which may have to restore the partition first.</summary>
    public TimeSpan FirstAnswer => options.Value.WaitForPartition + options.Value.PeerTimeout;
}
