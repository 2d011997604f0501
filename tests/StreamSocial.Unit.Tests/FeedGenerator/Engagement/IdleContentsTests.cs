using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.FeedGenerator.Engagement;

/// <summary>Contents with which nobody interacts any more are forgotten, by the time of the log.</summary>
public sealed class IdleContentsTests
{
    private const long Start = 1_700_000_000_000;
    private const long Day = 24 * 3_600_000L;
    private const int Partitions = 7;

    private static readonly EngagementOptions Options = new() { KeepIdleFor = TimeSpan.FromDays(4) };

    private readonly FakeEmitter _emitter = new();

    /// <summary>A partition that counts a part tells the content's own one of it each interval; until then that one takes the content for idle.</summary>
    [Theory]
    [InlineData(60, 15, true)]
    [InlineData(60, 16, false)]
    [InlineData(14_400, 3_600, true)]
    public void Validate_IntervalOfThePartsIsTooLongForWhatIsIdle_IsRefused(int keepIdleForSeconds, int statsIntervalSeconds, bool isValid)
    {
        var options = new EngagementOptions { KeepIdleFor = TimeSpan.FromSeconds(keepIdleForSeconds), StatsInterval = TimeSpan.FromSeconds(statsIntervalSeconds) };

        Assert.Equal(isValid, !options.Validate(new(options)).Any());
    }

    [Fact]
    public void Process_ContentIdleForLong_IsForgottenEverywhere()
    {
        var context = new FakeTaskContext("engagement");
        var processor = new EngagementProcessor(context, Options);
        View(processor, "idle", Start);
        View(processor, "busy", Start);
        Pass(processor, Start, Start + (5 * Day));
        Assert.Equal(1, processor.Read("idle").Stats.Views);

        Pass(processor, Start + (5 * Day), Start + (7 * Day));

        Assert.Equal(0, processor.Read("idle").Stats.Views);
        Assert.DoesNotContain(processor.ReadTrending(100), content => content.Stats.ContentId == "idle");
        Assert.True(processor.Read("busy").Stats.Views > 100);
        Assert.Null(Assert.Single(_emitter.All, emitted => emitted is { Topic: TopicNames.ContentStats, Key: "idle", Payload: null }).Payload);
        // It begins anew.
        View(processor, "idle", Start + (7 * Day));
        Assert.Equal(1, processor.Read("idle").Stats.Views);
    }

    [Fact]
    public void Process_AfterARestore_ForgetsTheSameAtTheSameRecords()
    {
        var context = new FakeTaskContext("engagement");
        var whole = new EngagementProcessor(context, Options);
        for (var i = 0; i < 20; i++)
            View(whole, $"c{i}", Start + (i * Day / 4));
        var restored = new EngagementProcessor(context.Restored(), Options);
        var (first, second) = (new FakeEmitter(), new FakeEmitter());

        Pass(whole, Start + (5 * Day), Start + (9 * Day), first);
        Pass(restored, Start + (5 * Day), Start + (9 * Day), second);

        Assert.Equal(first.All.Select(Describe), second.All.Select(Describe));
        Assert.Contains(first.All, emitted => emitted.Payload is null);

        static string Describe(FakeEmitter.Emitted emitted) => $"{emitted.Topic}/{emitted.Partition} {emitted.Key}: {emitted.Payload}";
    }

    /// <summary>What is forgotten with the very first record is still ranked.</summary>
    [Fact]
    public void Process_RestoredBeforeEachRecord_ForgetsWhatIsIdle()
    {
        var context = new FakeTaskContext("engagement");
        View(new EngagementProcessor(context, Options), "idle", Start);

        for (var at = Start; at <= Start + (7 * Day); at += Day / 48)
            View(new EngagementProcessor(context = context.Restored(), Options), "busy", at);

        var trending = new EngagementProcessor(context.Restored(), Options).ReadTrending(100);
        Assert.Equal(["busy"], trending.Select(content => content.Stats.ContentId));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(-1_000)]
    public void Process_RecordsWithAnAbsurdTime_MakeNothingIdleAndTheTimeComesBack(int days)
    {
        var processor = new EngagementProcessor(new FakeTaskContext("engagement"), Options);
        View(processor, "c", Start);

        for (var i = 0; i < 24; i++)
            View(processor, "other", Start + (days * Day));
        Pass(processor, Start, Start + (2 * Day));

        Assert.Equal(1, processor.Read("c").Stats.Views);
        Pass(processor, Start + (2 * Day), Start + (9 * Day));
        Assert.Equal(0, processor.Read("c").Stats.Views);
    }

    [Fact]
    public void Process_FirstRecordHasAnAbsurdTime_TheNextOnesDrawItBack()
    {
        var processor = new EngagementProcessor(new FakeTaskContext("engagement"), Options);
        View(processor, "c", Start + (20 * Day));

        for (var i = 0; i < 24 * 20; i++)
            View(processor, "other", Start);
        Pass(processor, Start, Start + (30 * Day));

        Assert.Equal(0, processor.Read("c").Stats.Views);
    }

    [Fact]
    public void Process_TakenBackAfterThePartWasHandedOver_IsTakenBackInTheContentsOwnPartition()
    {
        var own = KeyPartitioner.PartitionOf("c", Partitions);
        var part = (own + 1) % Partitions;
        var owner = new EngagementProcessor(new FakeTaskContext("engagement", own, Partitions), Options);
        var other = new EngagementProcessor(new FakeTaskContext("engagement", part, Partitions), Options);
        other.Process(new ContentInteraction { InteractionId = "l", Type = InteractionType.Like, ContentId = "c", UserId = "u", OccurredAt = Start }, _emitter, Start);
        Deliver(owner, Start);
        Pass(other, Start, Start + (5 * Day));
        Deliver(owner, Start + (5 * Day));
        Assert.Equal(1, owner.Read("c").Stats.Likes);

        other.Process(
            new ContentInteraction { InteractionId = "u", Type = InteractionType.Like, ContentId = "c", UserId = "u", OccurredAt = Start, TakenBackAt = Start + 1 }, _emitter, Start + (5 * Day));
        Deliver(owner, Start + (5 * Day));

        Assert.Equal((0L, 0L), (owner.Read("c").Stats.Likes, other.Read("c").Stats.Likes));
    }

    [Fact]
    public void Process_PartOfASpreadContentIdle_ItsCountsGoToTheContentsOwnPartition()
    {
        var own = KeyPartitioner.PartitionOf("c", Partitions);
        var part = (own + 1) % Partitions;
        var owner = new EngagementProcessor(new FakeTaskContext("engagement", own, Partitions), Options);
        var other = new EngagementProcessor(new FakeTaskContext("engagement", part, Partitions), Options);
        View(owner, "c", Start);
        View(other, "c", Start);
        View(other, "c", Start);
        Deliver(owner, Start);

        Pass(other, Start, Start + (5 * Day));
        Deliver(owner, Start + (5 * Day));

        Assert.Equal(0, other.Read("c").Stats.Views);
        Assert.Equal(3, owner.Read("c").Stats.Views);
        Assert.Empty(owner.Read("c").OtherPartitions);
        Assert.False(owner.Read("c").IsPart);
        // What it counts from now on is a part of its own.
        View(other, "c", Start + (5 * Day));
        Deliver(owner, Start + (5 * Day));
        Assert.Equal((3L, 1L), (owner.Read("c").Stats.Views, other.Read("c").Stats.Views));
        Assert.Equal([part], owner.Read("c").OtherPartitions);
    }

    [Fact]
    public void Process_LastReportOfAForgottenContent_DoesNotBringItBack()
    {
        var own = KeyPartitioner.PartitionOf("c", Partitions);
        var owner = new EngagementProcessor(new FakeTaskContext("engagement", own, Partitions), Options);

        owner.Process(new ContentInteraction { ContentId = "c", Partial = new() { Partition = (own + 1) % Partitions, IsLast = true, Stats = new() { ContentId = "c", Views = 5 } } }, _emitter, Start);

        Assert.Equal(0, owner.Read("c").Stats.Views);
    }

    [Fact]
    public void Process_StateOfAVersionWithoutTimes_CountsItsContentsAsTouchedNow()
    {
        var processor = new EngagementProcessor(new FakeTaskContext("engagement"), Options);
        View(processor, "old", 0);

        Pass(processor, Start, Start + (5 * Day));
        Assert.Equal(1, processor.Read("old").Stats.Views);

        Pass(processor, Start + (5 * Day), Start + (9 * Day));
        Assert.Equal(0, processor.Read("old").Stats.Views);
    }

    [Fact]
    public void Process_ManyAreIdle_AFewAreForgottenWithEachEntryUntilNoneIsLeft()
    {
        const int Contents = 3_000;
        var context = new FakeTaskContext("engagement");
        var processor = new EngagementProcessor(context, Options);
        for (var i = 0; i < Contents; i++)
            View(processor, $"c{i}", Start);

        for (var i = 0; i < Contents; i++)
        {
            var before = Forgotten();
            View(processor, "busy", Math.Min(Start + (i * Day / 48), Start + (8 * Day)));
            Assert.InRange(Forgotten() - before, 0, IdleContents.LooksPerEntry);
            if (i % 100 == 0)
                processor = new EngagementProcessor(context = context.Restored(), Options);
        }

        Assert.Equal(Contents, Forgotten());
        Assert.DoesNotContain(context.Dump(), entry => entry.StartsWith("16/", StringComparison.Ordinal) && !entry.Contains("/62757379=", StringComparison.Ordinal));
        int Forgotten() => _emitter.All.Count(emitted => emitted.Payload is null);
    }

    /// <summary>As many contents are new as there are entries, and others are touched now and then.</summary>
    [Fact]
    public void Process_OnlyNewContents_StateStopsGrowing()
    {
        var context = new FakeTaskContext("engagement");
        var processor = new EngagementProcessor(context, new() { KeepIdleFor = TimeSpan.FromMinutes(1) });
        var sizes = new List<int>();
        for (var i = 0; i < 20_000; i++)
        {
            View(processor, i % 2 == 0 ? $"c{i}" : $"t{i % 31}", Start + (i * 40));
            if (i % 5_000 == 4_999)
                sizes.Add(context.Dump().Length);
        }

        Assert.InRange(sizes[^1], 1, sizes[0] * 11 / 10);
    }

    [Fact]
    public void Process_StateOfAVersionWithoutBuckets_ForgetsItsContents()
    {
        var context = new FakeTaskContext("engagement");
        var counters = context.OpenStore(16, "counters", StringKeyCodec.Instance, new ContentCountersCodec());
        foreach (var content in new[] { "b", "a" })
            counters.Put(content, new() { Views = 1, TouchedAt = Start });
        var processor = new EngagementProcessor(context.Restored(), Options);

        Pass(processor, Start, Start + (8 * Day));

        Assert.Equal(["a", "b"], _emitter.All.Where(emitted => emitted.Payload is null).Select(emitted => emitted.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Process_ContentsAreKeptForAnotherTimeThanBefore_AreForgottenByIt(int days)
    {
        var context = new FakeTaskContext("engagement");
        View(new EngagementProcessor(context, Options), "c", Start);
        var processor = new EngagementProcessor(context.Restored(), new() { KeepIdleFor = TimeSpan.FromDays(days) });
        View(processor, "new", Start);

        Pass(processor, Start, Start + (days * Day));
        Assert.Equal(1, processor.Read("c").Stats.Views);
        Pass(processor, Start + (days * Day), Start + (days * Day * 7 / 4));
        Assert.Equal(0, processor.Read("c").Stats.Views);
    }

    [Fact]
    public void Codecs_RoundTrip()
    {
        Assert.Equal(new(Start, Start + 7), CodecAssert.RoundTrips(new LogClockCodec(), new(Start, Start + 7)));
        Assert.Equal(new(3, 0), new LogClockCodec().Read([1, 6, 1]));
        Assert.Throws<InvalidDataException>(() => new LogClockCodec().Read([1, 6, 2]));
        var buckets = CodecAssert.RoundTrips(new IdleBucketsCodec(), new(Day, [new(3, 1), new(9, 70_000)]));
        Assert.Equal((Day, 2, new(9, 70_000)), (buckets.KeepMs, buckets.Buckets.Count, buckets.Buckets[^1]));
        Assert.Throws<InvalidDataException>(() => new IdleBucketsCodec().Read(CodecAssert.Bytes(new IdleBucketsCodec(), new(Day, [new(3, 1), new(3, 1)]))));
        CodecAssert.SurvivesDamage(new IdleBucketsCodec(), new(Day, [new(3, 1), new(9, 70_000)]));
    }

    private void View(EngagementProcessor processor, string content, long at, FakeEmitter? emitter = null) => processor.Process(
        new ContentInteraction { InteractionId = Guid.NewGuid().ToString(), Type = InteractionType.View, ContentId = content, UserId = "u", OccurredAt = Start }, emitter ?? _emitter, at);

    /// <summary>Time passes, in which another content is looked at.</summary>
    private void Pass(EngagementProcessor processor, long from, long to, FakeEmitter? emitter = null)
    {
        for (var at = from; at <= to; at += Day / 48)
            View(processor, "busy", at, emitter);
    }

    /// <summary>Delivers the reports of parts of content c.</summary>
    private void Deliver(EngagementProcessor owner, long at)
    {
        foreach (var report in _emitter.Of<ContentInteraction>().Where(report => report.ContentId == "c").ToArray())
            owner.Process(report, new FakeEmitter(), at);
        _emitter.All.Clear();
    }
}
