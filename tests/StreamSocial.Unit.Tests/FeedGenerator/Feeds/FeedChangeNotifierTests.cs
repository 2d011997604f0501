using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.Unit.Tests.FeedGenerator.Feeds;

public sealed class FeedChangeNotifierTests
{
    [Fact]
    public void NotifyChanged_AfterOthersLeftTwice_TellsWhoIsStillThere()
    {
        var notifier = new FeedChangeNotifier();
        var (first, second) = (notifier.Subscribe("ann", 0), notifier.Subscribe("ann", 0));
        first.Dispose();
        first.Dispose();
        notifier.NotifyChanged("bob");
        Assert.False(second.Changed.IsCompleted);

        notifier.NotifyChanged("ann");

        Assert.True(second.Changed.IsCompleted);
        Assert.False(first.Changed.IsCompleted);

        second.Dispose();
        using var third = notifier.Subscribe("ann", 0);
        notifier.NotifyChanged("ann");
        Assert.True(third.Changed.IsCompleted);
    }
}
