using StreamSocial.Cli.Verification;
using StreamSocial.Events;

namespace StreamSocial.Unit.Tests.Cli.Verification;

public sealed class NotificationComparisonTests
{
    private static readonly ReferenceNotification[] Expected = [Like("bob", "1"), Like("eve", "1"), Like("bob", "2")];

    [Fact]
    public void Compare_OtherActorsInAnotherOrder_IsTheSame() =>
        Assert.True(Compare(0, 10, 3, Like("eve", "1"), Like("bob", "2"), Like("bob", "1")).IsNone);

    [Fact]
    public void Compare_MoreThanAreKept_TakesWhichever() => Assert.True(Compare(0, 2, 2, Like("eve", "1"), Like("bob", "1")).IsNone);

    [Fact]
    public void Compare_Differences_AreCounted()
    {
        Assert.Equal(new(1, 0, 0, 0, 0), Compare(0, 10, 3, Like("bob", "2"), Like("bob", "1")));
        Assert.Equal(new(0, 1, 0, 0, 0), Compare(0, 10, 3, Like("bob", "2"), Like("bob", "2"), Like("eve", "1"), Like("bob", "1")));
        Assert.Equal(new(0, 0, 1, 0, 0), Compare(0, 10, 3, Like("bob", "1"), Like("eve", "1"), Like("bob", "2")));
        Assert.Equal(new(1, 0, 0, 1, 0), Compare(0, 10, 3, Like("bob", "2"), Like("zoe", "1"), Like("bob", "1")));
        Assert.Equal(new(0, 0, 0, 0, 2), Compare(2, 10, 3, Like("bob", "2"), Like("eve", "1"), Like("bob", "1")));
    }

    private static NotificationDifference Compare(int readUpTo, int capacity, int unread, params ReferenceNotification[] newestFirst) =>
        NotificationComparison.Compare(Expected, readUpTo, capacity, new(unread, [.. newestFirst.Select((notification, i) => (newestFirst.Length - i, notification))]));

    private static ReferenceNotification Like(string actor, string id) => new(NotificationType.Like, actor, "c", id, 5);
}
