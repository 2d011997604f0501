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
    private const string GapDetail = "The oldest notifications after this position are no longer kept. The stream goes on with the oldest one that is.";

    private const string ResetDetail = "There never was an event with this id. The stream goes on with the next notification: read GET /v1/notifications/{user} for those before.";

    /// <summary>Notifications that are read at once.</summary>
    private const int BatchSize = 100;

    public const string Stage = "notifications";

    /// <summary>Runs until the client disconnects, this process stops or the partition moves.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Whose notifications.</param>
    /// <param name="after">Number of the last one that the client has; null to start with the next one.</param>
    public async Task<IResult> RunAsync(HttpContext context, string user, int? after)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var partition = reader.PartitionOf(ReadTarget.Notifications, user);
        var isForwarded = PeerRequests.IsForwarded(context);
        var start = retryPolicy.Start();
        try
        {
            while (true)
            {
                var attempt = Read(user, partition, int.MaxValue);
                if (attempt.Location == PartitionLocation.Here)
                {
                    await ServeAsync(context, user, partition, after, ending.Token);
                    return Results.Empty;
                }

                if (isForwarded && attempt.Location != PartitionLocation.Restoring)
                    return ReadProblems.Misdirected();
                if (attempt.Owner is { } owner && await forwarder.TryForwardAsync(context, owner, settings.Silence))
                    return Results.Empty;
                if (!await retryPolicy.WaitForRetryAsync(start, ending.Token))
                    return ReadProblems.Unavailable(context, partition);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return Results.Empty;
        }
    }

    private async Task ServeAsync(HttpContext context, string user, int partition, int? after, CancellationToken cancellationToken)
    {
        var writer = new EventStreamWriter(context.Response, settings.Heartbeat, settings.TimeProvider);
        using var subscription = changes.Subscribe(user);
        var position = after;
        while (true)
        {
            subscription.Reset();
            var read = Read(user, partition, position ?? int.MaxValue);
            if (read.Location != PartitionLocation.Here)
                return;
            var slice = read.Value!;
            await writer.StartAsync(cancellationToken);
            var (first, last) = (slice.Header.First, slice.Header.Last);
            if (position > last)
                await writer.WriteNoticeAsync(StreamNotice.Reset, ResetDetail, IdOf(last), cancellationToken);
            else if (position is null)
                await writer.WriteIdAsync(IdOf(last), cancellationToken);
            else if (position < first - 1)
                await writer.WriteNoticeAsync(StreamNotice.Gap, GapDetail, IdOf(first - 1), cancellationToken);
            position = position is null || position > last ? last : Math.Max(position.Value, first - 1);

            foreach (var notification in slice.Notifications)
                await writer.WriteEventAsync(IdOf(notification.Number), NotificationView.From(notification), ReadingJson.Default.NotificationView, cancellationToken);
            position = slice.Notifications.Count > 0 ? slice.Notifications[^1].Number : position;
            if (slice.HasMore)
                continue;

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(subscription.Changed, Task.Delay(settings.OwnershipCheck, settings.TimeProvider, pause.Token));
            await pause.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            await writer.HeartbeatIfDueAsync(cancellationToken);
        }
    }

    private PartitionRead<NotificationSlice> Read(string user, int partition, int after) => reader.Try<NotificationsProcessor, NotificationSlice>(
        ReadTarget.Notifications, partition, processor => processor.ReadAfter(user, after == int.MaxValue ? int.MaxValue - 1 : after, BatchSize));

    private static string IdOf(int number) => number.ToString(CultureInfo.InvariantCulture);
}
