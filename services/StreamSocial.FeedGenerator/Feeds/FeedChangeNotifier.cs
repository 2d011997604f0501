using System.Collections.Concurrent;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>
/// Notifies the streams served by this process that a user's feed has new entries, or, in another instance, that there are new notifications. The
/// streams read them themselves.
/// </summary>
internal sealed class FeedChangeNotifier
{
    private readonly ConcurrentDictionary<string, FeedSubscription[]> _subscriptions = new(StringComparer.Ordinal);

    /// <summary>Subscribes to changes of a user's feed until the subscription is disposed.</summary>
    public FeedSubscription Subscribe(string user)
    {
        var subscription = new FeedSubscription(this, user);
        _subscriptions.AddOrUpdate(user, static (_, added) => [added], static (_, present, added) => [.. present, added], subscription);
        return subscription;
    }

    public void NotifyChanged(string user)
    {
        if (_subscriptions.IsEmpty || !_subscriptions.TryGetValue(user, out var subscriptions))
            return;
        foreach (var subscription in subscriptions)
            subscription.Signal();
    }

    internal void Remove(FeedSubscription subscription)
    {
        while (_subscriptions.TryGetValue(subscription.User, out var present))
        {
            var rest = Array.FindAll(present, other => other != subscription);
            var done = rest.Length == 0
                ? _subscriptions.TryRemove(new(subscription.User, present))
                : _subscriptions.TryUpdate(subscription.User, rest, present);
            if (done)
                return;
        }
    }
}

/// <summary>
/// One subscription to a <see cref="FeedChangeNotifier"/>. Call <see cref="Reset"/>, read the feed, then await <see cref="Changed"/>, so that no
/// change is missed.
/// </summary>
internal sealed class FeedSubscription(FeedChangeNotifier notifier, string user) : IDisposable
{
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string User => user;

    /// <summary>Completes when the feed has changed since the last <see cref="Reset"/>.</summary>
    public Task Changed => _changed.Task;

    public void Reset()
    {
        if (_changed.Task.IsCompleted)
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Dispose() => notifier.Remove(this);

    internal void Signal() => _changed.TrySetResult();
}
