using System.Globalization;
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
    /// <param name="after">Number of the last one that the client has; null to start with the next one.</param>
    /// <param name="over">Cancelled when the client shall connect again.</param>
    public Task<IResult> RunAsync(HttpContext context, string user, int? after, CancellationToken over)
    {
        var partition = reader.PartitionOf(ReadTarget.Notifications, user);
        var writer = new EventStreamWriter(context.Response, settings.Heartbeat, settings.TimeProvider);
        return StreamLifetime.RunAsync(context, writer, partition, over, lifetime.ApplicationStopping, token => RunAsync(context, user, partition, after, writer, token));
    }

    private async Task<IResult> RunAsync(HttpContext context, string user, int partition, int? after, EventStreamWriter writer, CancellationToken cancellationToken)
    {
        var isForwarded = PeerRequests.IsForwarded(context);
        var start = retryPolicy.Start();
        while (true)
        {
            var attempt = Read(user, partition, int.MaxValue);
            if (attempt.Location == PartitionLocation.Here)
            {
                await ServeAsync(user, partition, after, writer, cancellationToken);
                return Results.Empty;
            }

            if (isForwarded && attempt.Location != PartitionLocation.Restoring)
                return ReadProblems.Misdirected();
            if (attempt.Owner is { } owner && await forwarder.TryForwardAsync(context, owner, settings.Silence, cancellationToken))
                return Results.Empty;
            if (!await retryPolicy.WaitForRetryAsync(start, cancellationToken))
                return ReadProblems.Unavailable(context, partition);
        }
    }

    private async Task ServeAsync(string user, int partition, int? after, EventStreamWriter writer, CancellationToken cancellationToken)
    {
        using var subscription = changes.Subscribe(user, partition);
        var position = after;
        while (true)
        {
            subscription.Reset();
            var read = Read(user, partition, position ?? int.MaxValue);
            if (read.Location != PartitionLocation.Here)
                return;
            var slice = read.Value!;
            await writer.StartAsync(cancellationToken);
            if (position is null)
                await writer.WriteIdAsync(IdOf(slice.Header.Last), cancellationToken);
            else if (position > slice.Header.Last)
                await writer.WriteNoticeAsync(StreamNotice.Reset, ResetDetail, IdOf(slice.Header.Last), cancellationToken);
            else if (position + 1 < slice.Header.First)
                await writer.WriteNoticeAsync(StreamNotice.Gap, GapDetail, IdOf(slice.Header.First - 1), cancellationToken);
            position = Math.Clamp(position ?? int.MaxValue, slice.Header.First - 1, slice.Header.Last);

            foreach (var notification in slice.Notifications)
                await writer.WriteEventAsync(IdOf(notification.Number), NotificationView.From(notification), ReadingJson.Default.NotificationView, cancellationToken);
            position = slice.Notifications.Count > 0 ? slice.Notifications[^1].Number : position;
            if (slice.HasMore)
                continue;

            await subscription.WaitAsync(writer.UntilHeartbeat, settings.TimeProvider, cancellationToken);
            await writer.HeartbeatIfDueAsync(cancellationToken);
        }
    }

    private PartitionRead<NotificationSlice> Read(string user, int partition, int after) => reader.Try<NotificationsProcessor, NotificationSlice>(
        ReadTarget.Notifications, partition, processor => processor.ReadAfter(user, after == int.MaxValue ? int.MaxValue - 1 : after, BatchSize));

    private static string IdOf(int number) => number.ToString(CultureInfo.InvariantCulture);
}
