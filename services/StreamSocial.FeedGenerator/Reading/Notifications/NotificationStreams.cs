using System.Globalization;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Notifications;
using StreamSocial.FeedGenerator.Reading.Feeds;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading.Notifications;

/// <summary>Serves the streams of notifications whose partitions run here; the others are forwarded to the owner.</summary>
internal sealed class NotificationStreams(
    PartitionReader reader, [FromKeyedServices(NotificationStreams.Stage)] FeedChangeNotifier changes, PeerForwarder forwarder, PartitionRetryPolicy retryPolicy,
    IHostApplicationLifetime lifetime, StreamSettings settings)
{
    /// <summary>Notifications that are read at once.</summary>
    private const int BatchSize = 100;

    private const string GapDetail =
        "Some notifications after your position are no longer kept. Read GET /v1/notifications/{user} for those that are; the stream goes on with them.";

    private const string ResetDetail =
        "Your position is not among this user's notifications. Read GET /v1/notifications/{user} for what is kept; the stream goes on with what comes next.";

    public const string Stage = "notifications";

    /// <summary>Runs until the client disconnects, its time is over, this process stops or the partition moves.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Whose notifications.</param>
    /// <param name="after">Where the last one is that the client has; null to start with the next one.</param>
    /// <param name="over">Cancelled when the client shall connect again.</param>
    public Task<IResult> RunAsync(HttpContext context, string user, NotificationPosition? after, CancellationToken over)
    {
        var partition = reader.PartitionOf(ReadTarget.Notifications, user);
        var writer = new EventStreamWriter(context.Response, settings.Heartbeat, settings.TimeProvider);
        return StreamLifetime.RunAsync(context, writer, partition, over, lifetime.ApplicationStopping, token => RunAsync(context, user, partition, after, writer, token));
    }

    private async Task<IResult> RunAsync(HttpContext context, string user, int partition, NotificationPosition? after, EventStreamWriter writer, CancellationToken cancellationToken)
    {
        var isForwarded = PeerRequests.IsForwarded(context);
        var start = retryPolicy.Start();
        while (true)
        {
            var attempt = Read(user, partition, int.MaxValue);
            if (attempt.Location == PartitionLocation.Here)
            {
                await ServeAsync(user, partition, after, writer, cancellationToken);
                // Unless it has just left.
                if (writer.IsStarted)
                    return Results.Empty;
            }
            else if (isForwarded && attempt.Location != PartitionLocation.Restoring)
            {
                return ReadProblems.Misdirected();
            }
            else if (attempt.Owner is { } owner && await forwarder.TryForwardAsync(context, owner, settings.Silence, cancellationToken))
            {
                return Results.Empty;
            }

            if (!await retryPolicy.WaitForRetryAsync(start, cancellationToken))
                return ReadProblems.Unavailable(context, partition);
        }
    }

    private async Task ServeAsync(string user, int partition, NotificationPosition? after, EventStreamWriter writer, CancellationToken cancellationToken)
    {
        using var subscription = changes.Subscribe(user, partition);
        var catchUp = new CatchUpWait();
        var position = after;
        while (true)
        {
            subscription.Reset();
            var read = Read(user, partition, position?.Number ?? int.MaxValue);
            if (read.Location != PartitionLocation.Here)
                return;
            await writer.StartAsync(cancellationToken);
            var isWaiting = catchUp.IsOn(position?.IsAfter(read.Value!.Header) ?? false, settings);
            if (!isWaiting)
                position = await WriteAsync(read.Value!, position, writer, cancellationToken);
            if (read.Value!.HasMore)
                continue;

            await subscription.WaitAsync(settings.NextLook(isWaiting, writer), settings.TimeProvider, cancellationToken);
            await writer.HeartbeatIfDueAsync(cancellationToken);
        }
    }

    /// <summary>Writes what was read after a position; the position after it.</summary>
    private static async Task<NotificationPosition> WriteAsync(
        NotificationSlice slice, NotificationPosition? after, EventStreamWriter writer, CancellationToken cancellationToken)
    {
        var header = slice.Header;
        var end = new NotificationPosition(header.Epoch, header.Last);
        if (after is not { } position)
        {
            await writer.WriteIdAsync(end.ToEventId(), cancellationToken);
            return end;
        }

        if (!position.IsIn(header))
        {
            await writer.WriteNoticeAsync(StreamNotice.Reset, ResetDetail, end.ToEventId(), cancellationToken);
            return end;
        }

        if (position.Number + 1 < header.First)
        {
            position = end with { Number = header.First - 1 };
            await writer.WriteNoticeAsync(StreamNotice.Gap, GapDetail, position.ToEventId(), cancellationToken);
        }

        foreach (var notification in slice.Notifications)
        {
            position = end with { Number = notification.Number };
            await writer.WriteEventAsync(position.ToEventId(), NotificationView.From(notification), ReadingJson.Default.NotificationView, cancellationToken);
        }

        return position;
    }

    private PartitionRead<NotificationSlice> Read(string user, int partition, int after) => reader.Try<NotificationsProcessor, NotificationSlice>(
        ReadTarget.Notifications, partition, processor => processor.ReadAfter(user, Math.Min(after, int.MaxValue - 1), BatchSize));
}

/// <summary>Position of a client among a user's notifications; the id of the event that it had last.</summary>
/// <param name="Epoch">The numbering's <see cref="ArrivalEpoch"/>.</param>
/// <param name="Number">Number of the last notification that the client has; 0 for none.</param>
internal readonly record struct NotificationPosition(uint Epoch, int Number)
{
    /// <summary>Whether it can have been made from these notifications.</summary>
    public bool IsIn(NotificationHeader header) => Number <= header.Last && IsOfNumbering(header);

    /// <summary>Whether it can be made from these notifications once there are more of them. Before the first one, their numbering has not begun.</summary>
    public bool IsAfter(NotificationHeader header) => Number > header.Last && (header.Last == 0 || IsOfNumbering(header));

    private bool IsOfNumbering(NotificationHeader header) => Epoch == ArrivalEpoch.Any || Epoch == header.Epoch;

    public string ToEventId() => string.Create(CultureInfo.InvariantCulture, $"{ArrivalEpoch.Prefix(Epoch)}{Number}");

    /// <summary>Parses an event id; null if <see cref="ToEventId"/> cannot have made the text.</summary>
    public static NotificationPosition? Parse(string id) =>
        ArrivalEpoch.TryTake(id, out var epoch, out var rest) && int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new(epoch, number) : null;
}
