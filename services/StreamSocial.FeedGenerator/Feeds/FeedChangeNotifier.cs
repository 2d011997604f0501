using System.Collections.Concurrent;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>
/// Notifies the streams served by this process that a user's feed has new entries, or, in another instance, that there are new notifications. The
/// streams read them themselves.
/// </summary>
internal sealed class FeedChangeNotifier
{
    private readonly ConcurrentDictionary<string, FeedSubscription[]> _subscriptions = new(StringComparer.Ordinal);

    /// <summary>
    /// Subscriptions that are not disposed: to ask the dictionary whether it is empty takes all its locks. Who subscribes reads the feed afterwards, under the gate
    /// of its task as changes are made, so whatever change does not see the subscription is seen by that reading.
    /// </summary>
    private int _count;

    /// <summary>All subscriptions, about as of now.</summary>
    public IEnumerable<FeedSubscription> Subscriptions => _subscriptions.SelectMany(static user => user.Value);

    /// <summary>Subscribes to changes of a user's feed until the subscription is disposed.</summary>
    /// <param name="user">The user.</param>
    /// <param name="partition">Where the feed is.</param>
    public FeedSubscription Subscribe(string user, int partition)
    {
        var subscription = new FeedSubscription(this, user, partition);
        Interlocked.Increment(ref _count);
        _subscriptions.AddOrUpdate(user, static (_, added) => [added], static (_, present, added) => [.. present, added], subscription);
        return subscription;
    }

    public void NotifyChanged(string user)
    {
        if (Volatile.Read(ref _count) == 0 || !_subscriptions.TryGetValue(user, out var subscriptions))
            return;
        foreach (var subscription in subscriptions)
            subscription.Signal();
    }

    internal void Remove(FeedSubscription subscription)
    {
        while (_subscriptions.TryGetValue(subscription.User, out var present))
        {
            var rest = Array.FindAll(present, other => other != subscription);
            if (rest.Length == present.Length)
                return;
            var done = rest.Length == 0
                ? _subscriptions.TryRemove(new(subscription.User, present))
                : _subscriptions.TryUpdate(subscription.User, rest, present);
            if (!done)
                continue;
            Interlocked.Decrement(ref _count);
            return;
        }
    }
}

/// <summary>
/// One subscription to a <see cref="FeedChangeNotifier"/>. Call <see cref="Reset"/>, read the feed, then <see cref="WaitAsync"/>, so that no change is missed.
/// </summary>
internal sealed class FeedSubscription(FeedChangeNotifier notifier, string user, int partition) : IDisposable
{
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _mayPull = true;

    public string User => user;

    public int Partition => partition;

    /// <summary>Whether new posts to pull may concern the feed; true until a read has shown that it pulls nothing.</summary>
    public bool MayPull
    {
        get => _mayPull;
        set => _mayPull = value;
    }

    /// <summary>Completes when the feed has changed since the last <see cref="Reset"/>.</summary>
    public Task Changed => _changed.Task;

    public void Reset()
    {
        _mayPull = true;
        if (_changed.Task.IsCompleted)
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Waits until the feed has changed since the last <see cref="Reset"/>, or for a time.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async Task WaitAsync(TimeSpan longest, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Changed, Task.Delay(longest, timeProvider, pause.Token));
        await pause.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose() => notifier.Remove(this);

    internal void Signal() => _changed.TrySetResult();
}
