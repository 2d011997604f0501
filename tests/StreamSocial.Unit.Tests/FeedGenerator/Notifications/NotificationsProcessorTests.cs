using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Notifications;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.FeedGenerator.Notifications;

public sealed class NotificationsProcessorTests
{
    private readonly FakeTaskContext _context = new("notifications");
    private readonly FakeEmitter _emitter = new();
    private readonly FeedChangeNotifier _changes = new();

    [Fact]
    public void Process_MoreThanAreKept_KeepsTheNewestWithTheirNumbers()
    {
        var processor = Create(capacity: 3);
        for (var i = 1; i <= 5; i++)
            processor.Process(Told("ann", $"a{i}"), _emitter);
        processor.Process(Told("bob", "b1"), _emitter);

        var first = processor.Read("ann", 2, int.MaxValue);
        Assert.Equal([(5, "a5"), (4, "a4")], first.Notifications.Select(numbered => (numbered.Number, numbered.Notification.ActionId)));
        Assert.True(first.HasMore);
        var second = processor.Read("ann", 2, before: 4);
        Assert.Equal((3, false), (Assert.Single(second.Notifications).Number, second.HasMore));
        Assert.Equal([4, 5], processor.ReadAfter("ann", 3, 10).Notifications.Select(numbered => numbered.Number));
        Assert.Equal([3, 4], processor.ReadAfter("ann", 0, 2).Notifications.Select(numbered => numbered.Number));
        Assert.Empty(processor.ReadAfter("ann", 5, 10).Notifications);
        Assert.Empty(processor.Read("nobody", 10, int.MaxValue).Notifications);
        // Three notifications, a header, and as much for the other user.
        Assert.Equal(6, _context.Dump().Length);
    }

    [Fact]
    public void Process_Read_CountsWhatIsUnreadWhicheverComesFirst()
    {
        var processor = Create(capacity: 10);
        processor.Process(Told("ann", "a1"), _emitter);
        processor.Process(Told("ann", "a2"), _emitter);
        Assert.Equal(2, processor.Read("ann", 1, int.MaxValue).Header.Unread);

        processor.Process(new Notification { UserId = "ann", ReadUpTo = 1 }, _emitter);
        Assert.Equal([false, true], processor.Read("ann", 10, int.MaxValue).Notifications.Select(numbered => numbered.IsRead));
        Assert.Equal(1, processor.Read("ann", 10, int.MaxValue).Header.Unread);

        processor.Process(new Notification { UserId = "ann", ReadUpTo = 3 }, _emitter);
        processor.Process(new Notification { UserId = "ann", ReadUpTo = 2 }, _emitter);
        Assert.Equal(0, processor.Read("ann", 10, int.MaxValue).Header.Unread);
        processor.Process(Told("ann", "a3"), _emitter);
        processor.Process(Told("ann", "a4"), _emitter);
        Assert.Equal(1, processor.Read("ann", 10, int.MaxValue).Header.Unread);
    }

    [Fact]
    public void Process_NumbersAreUsedUp_ThoseKeptAreNumberedAnewInAnotherEpoch()
    {
        var last = NotificationStore.LargestNumber;
        _context.OpenStore(16, "headers", StringKeyCodec.Instance, new NotificationHeaderCodec()).Put("ann", new(last - 1, last, last - 1, 7));
        var stored = _context.OpenStore(17, "notifications", NumberedKeyCodec.Instance, new NotificationCodec());
        stored.Put(new("ann", last - 1), Told("ann", "a1"));
        stored.Put(new("ann", last), Told("ann", "a2"));
        var context = _context.Restored();
        var processor = new NotificationsProcessor(context, new() { Capacity = 3 }, _changes);

        processor.Process(Told("ann", "a3"), _emitter);

        var slice = processor.Read("ann", 10, int.MaxValue);
        Assert.Equal([(3, "a3", false), (2, "a2", false), (1, "a1", true)], slice.Notifications.Select(numbered => (numbered.Number, numbered.Notification.ActionId, numbered.IsRead)));
        Assert.NotEqual(7u, slice.Header.Epoch);
        Assert.Equal((2, 4), (slice.Header.Unread, context.Dump().Length));
        processor.Process(Told("ann", "a4"), _emitter);
        Assert.Equal((4, slice.Header.Epoch), (processor.Read("ann", 10, int.MaxValue).Header.Last, processor.Read("ann", 10, int.MaxValue).Header.Epoch));
    }

    [Fact]
    public void Process_AfterARestore_IsAsBefore()
    {
        var processor = Create(capacity: 2);
        foreach (var id in new[] { "a1", "a2", "a3" })
            processor.Process(Told("ann", id), _emitter);
        var restored = new NotificationsProcessor(_context.Restored(), new() { Capacity = 2 }, _changes);
        restored.Process(Told("ann", "a4"), _emitter);

        Assert.Equal(["a4", "a3"], restored.Read("ann", 10, int.MaxValue).Notifications.Select(numbered => numbered.Notification.ActionId));
    }

    [Theory]
    [InlineData("user_id")]
    [InlineData("type")]
    [InlineData("read_up_to")]
    [InlineData("id")]
    public void Process_Invalid_ThrowsBeforeAnythingChanges(string what)
    {
        var notification = Told("ann", "a1");
        switch (what)
        {
            case "user_id": notification.UserId = ""; break;
            case "type": notification.Type = (NotificationType)99; break;
            case "read_up_to": notification.ReadUpTo = -1; break;
            default: notification.ActorId = new string('x', 65); break;
        }

        Assert.Contains(what, Assert.Throws<InvalidEntryException>(() => Create(10).Process(notification, _emitter)).Message, StringComparison.Ordinal);
        Assert.Empty(_context.Dump());
    }

    [Fact]
    public void Process_ForeignPartition_Throws()
    {
        var elsewhere = (KeyPartitioner.PartitionOf("ann", 10) + 1) % 10;
        var processor = new NotificationsProcessor(new FakeTaskContext("notifications", elsewhere, 10), new(), _changes);
        Assert.Throws<InvalidEntryException>(() => processor.Process(Told("ann", "a1"), _emitter));
    }

    private NotificationsProcessor Create(int capacity) => new(_context, new() { Capacity = capacity }, _changes);

    private static Notification Told(string user, string id) => new()
    {
        UserId = user, Type = NotificationType.Like, ActorId = "bob", ContentId = "c", ActionId = id, OccurredAt = 5,
    };
}
