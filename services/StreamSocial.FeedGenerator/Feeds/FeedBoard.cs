using System.Collections.Concurrent;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>Tells the streams that this process serves that a feed took entries; they read the feed themselves.</summary>
internal sealed class FeedBoard
{
    private readonly ConcurrentDictionary<string, FeedSubscription[]> _subscriptions = new(StringComparer.Ordinal);

    /// <summary>Starts to listen to a user's feed until the subscription is disposed of.</summary>
    public FeedSubscription Subscribe(string user)
    {
        var subscription = new FeedSubscription(this, user);
        _subscriptions.AddOrUpdate(user, static (_, added) => [added], static (_, present, added) => [.. present, added], subscription);
        return subscription;
    }

    public void Announce(string user)
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
