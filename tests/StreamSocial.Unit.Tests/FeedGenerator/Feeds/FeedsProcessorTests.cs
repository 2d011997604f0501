using CsCheck;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;
using StreamSocial.Topics;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Feeds;

public sealed class FeedsProcessorTests
{
    private readonly FakeTaskContext _context = new("feeds");
    private readonly FakeEmitter _emitter = new();
    private readonly FeedChangeNotifier _notifier = new();

    [Fact]
    public void Process_Update_WritesItIntoEachRecipientsFeed()
    {
        var processor = Create();
        processor.Process(Update("id", 5, "a", "b"), _emitter);
        foreach (var user in new[] { "a", "b" })
        {
            var entry = Assert.Single(processor.Read(user, 10, null).Entries);
            Assert.Equal(new FeedItem("id", FeedEntryType.Post, "author", "content-id", "text of id", 5), entry.Item);
            Assert.Equal(1, entry.Arrival);
        }

        Assert.Empty(_emitter.All);
    }

    [Fact]
    public void Process_Update_TellsSubscribersOfChangedFeedsOnly()
    {
        var processor = Create();
        using var a = _notifier.Subscribe("a", 0);
        using var secondOfA = _notifier.Subscribe("a", 0);
        using var c = _notifier.Subscribe("c", 0);
        processor.Process(Update("id", 5, "a", "b"), _emitter);
        Assert.True(a.Changed.IsCompleted);
        Assert.True(secondOfA.Changed.IsCompleted);
        Assert.False(c.Changed.IsCompleted);

        a.Reset();
        secondOfA.Dispose();
        processor.Process(Update("id", 5, "a", "b"), _emitter);
        Assert.False(a.Changed.IsCompleted);
        processor.Process(Update("id2", 5, "a"), _emitter);
        Assert.True(a.Changed.IsCompleted);
    }

    [Fact]
    public void Process_InvalidUpdate_ThrowsBeforeAnythingChanges()
    {
        _context.PartitionCounts[TopicNames.FeedUpdates] = 10;
        var here = Enumerable.Range(0, 100).Select(i => "u" + i).First(user => KeyPartitioner.PartitionOf(user, 10) == 0);
        var elsewhere = Enumerable.Range(0, 100).Select(i => "u" + i).First(user => KeyPartitioner.PartitionOf(user, 10) == 1);
        var untyped = Update("id", 1, here);
        untyped.Type = FeedEntryType.Unspecified;
        var processor = Create();
        Assert.Throws<InvalidEntryException>(() => processor.Process(untyped, _emitter));
        Assert.Throws<InvalidEntryException>(() => processor.Process(Update("", 1, here), _emitter));
        Assert.Throws<InvalidEntryException>(() => processor.Process(Update("id", 1), _emitter));
        Assert.Throws<InvalidEntryException>(() => processor.Process(Update("id", -1, here), _emitter));
        Assert.Throws<InvalidEntryException>(() => processor.Process(Update("id", 1_700_000_000_000_000, here), _emitter));
        Assert.Throws<InvalidEntryException>(() => processor.Process(Update("id", 1, here, ""), _emitter));
        Assert.Throws<InvalidEntryException>(() => processor.Process(Update("id", 1, here, elsewhere), _emitter));
        Assert.Empty(_context.Dump());
        processor.Process(Update("id", 1, here), _emitter);
        Assert.NotEmpty(_context.Dump());
    }

    [Fact]
    public void Process_ReplayFromACheckpoint_GivesTheSameArrivalNumbers()
    {
        var steps = Gen.Select(Gen.Int[0, 499], Gen.Int[0, 4], Gen.Frequency((98, ""), (1, "checkpoint"), (1, "restart"))).Array[0, 1000];
        steps.Sample(run =>
        {
            using var undisturbed = Drive();
            using var restarted = Drive();
            foreach (var (i, (at, user, disturbance)) in run.Index())
            {
                var update = Update("id" + i, at, "u" + user, "u5");
                undisturbed.Pipe(0, null, update);
                restarted.Pipe(0, null, update);
                if (disturbance == "checkpoint")
                    restarted.Checkpoint();
                if (disturbance == "restart")
                    restarted.Restart();
            }

            foreach (var user in Enumerable.Range(0, 6).Select(i => "u" + i))
                Assert.Equal(Arrivals(undisturbed, user), Arrivals(restarted, user));
        }, iter: 10);

        static TaskTestDriver Drive() => new(
            new("feeds", TopicNames.FeedUpdates, TopicNames.FeedsState, context => new FeedsProcessor(context, new() { Capacity = 150 }, new(), new PullPostsIndex(), new())),
            new Dictionary<string, int> { [TopicNames.FeedUpdates] = 1 });

        static IEnumerable<(long, string)> Arrivals(TaskTestDriver driver, string user) =>
            driver.Read(0, (FeedsProcessor processor) => processor.ReadStream(user, StreamPosition.Start).Entries.Select(streamed => (streamed.Entry.Arrival, streamed.Entry.Item.ActionId)).ToList());
    }

    private FeedsProcessor Create() => new(_context, new() { Capacity = 150 }, _notifier, new PullPostsIndex(), new());
}
