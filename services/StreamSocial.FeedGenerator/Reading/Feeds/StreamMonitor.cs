using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Notifications;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading.Notifications;
using StreamSocial.FeedGenerator.Reading.Routing;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>
/// Wakes the idle streams of this process whose task has left or come anew, or that may have posts to pull. It looks at each task once for all of its streams,
/// which otherwise sleep until something changes in their feed.
/// </summary>
internal sealed class StreamMonitor(
    PartitionReader reader, FeedChangeNotifier feeds, [FromKeyedServices(NotificationStreams.Stage)] FeedChangeNotifier notifications, IPullPosts posts,
    StreamSettings settings) : BackgroundService
{
    private Dictionary<int, object?> _feedTasks = [];
    private Dictionary<int, object?> _notificationTasks = [];
    private long _postsVersion;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(settings.OwnershipCheck, settings.TimeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var version = posts.Version;
            _feedTasks = Wake<FeedsProcessor>(ReadTarget.Feeds, feeds, _feedTasks, hasNewPosts: version != _postsVersion);
            _notificationTasks = Wake<NotificationsProcessor>(ReadTarget.Notifications, notifications, _notificationTasks, hasNewPosts: false);
            _postsVersion = version;
        }
    }

    /// <returns>The tasks of the partitions that have streams now; null where there is none.</returns>
    private Dictionary<int, object?> Wake<TProcessor>(ReadTarget target, FeedChangeNotifier changes, Dictionary<int, object?> before, bool hasNewPosts)
        where TProcessor : class, IRecordProcessor
    {
        var tasks = new Dictionary<int, object?>();
        foreach (var subscription in changes.Subscriptions)
        {
            var partition = subscription.Partition;
            if (!tasks.TryGetValue(partition, out var task))
                tasks[partition] = task = reader.Try<TProcessor, TProcessor>(target, partition, static processor => processor).Value;
            // A task that was not looked at before may have changed since the stream read it.
            if (!before.TryGetValue(partition, out var earlier) || task is null || !ReferenceEquals(task, earlier) || (hasNewPosts && subscription.MayPull))
                subscription.Signal();
        }

        return tasks;
    }
}
