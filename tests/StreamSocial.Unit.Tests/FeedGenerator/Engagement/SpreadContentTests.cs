using CsCheck;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.Kafka.Records;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.FeedGenerator.Engagement;

/// <summary>Contents that several partitions count: what is read and emitted is exact, whatever was spread when, and over crashes.</summary>
public sealed class SpreadContentTests
{
    // Before the time of the driver's records, which limits that of interactions.
    private const long Start = 1_500_000_000_000;

    [Fact]
    public void Read_HotColdAndHotAgainWithAnotherSpread_EqualsTheSequentialCounts()
    {
        // 0: view, 1: like, 2: checkpoint, 3: crash; then the content and by how much the time advances.
        var step = Gen.Select(Gen.Frequency((12, Gen.Const(0)), (6, Gen.Const(1)), (1, Gen.Const(2)), (1, Gen.Const(3))), Gen.Int[0, 2], Gen.Int[0, 400]);
        var phases = Gen.Select(Gen.OneOf(0, 1, 2, 3, 5, 7, 100), step.Array[0, 40]).Array[1, 6];
        var repeated = 0L;
        phases.Sample(script =>
        {
            using var pipeline = new EngagementPipeline();
            var expected = new Dictionary<string, ContentStats>();
            var (time, number) = (Start, 0);
            foreach (var (spread, steps) in script)
            {
                foreach (var (kind, contentNumber, advance) in steps)
                {
                    var content = $"c{contentNumber}";
                    time += advance;
                    var id = $"i{number++}";
                    if (kind == 2)
                        pipeline.Checkpoint();
                    else if (kind == 3)
                        pipeline.Crash();
                    else if (kind == 0)
                        pipeline.Pipe(new ContentInteraction { InteractionId = id, Type = InteractionType.View, ContentId = content, UserId = "u", OccurredAt = time, Spread = spread });
                    else
                        pipeline.Pipe(new UserAction { ActionId = id, Type = ActionType.Like, UserId = $"u{number}", ContentId = content, OccurredAt = time, Spread = spread });
                    if (kind > 1)
                        continue;
                    if (!expected.TryGetValue(content, out var stats))
                        expected[content] = stats = new() { ContentId = content };
                    stats.Views += kind == 0 ? 1 : 0;
                    stats.Likes += kind == 1 ? 1 : 0;
                    stats.LastInteractionAt = time;
                }
            }

            pipeline.Crash();
            Interlocked.Add(ref repeated, pipeline.RepeatedOutputs);
            foreach (var (content, stats) in expected)
                Assert.Equal(stats, pipeline.Read(content));
        }, iter: 150);
        Assert.NotEqual(0, repeated);
    }

    [Fact]
    public void Process_ActionAfterACrash_GoesToTheSamePartition()
    {
        using var pipeline = new EngagementPipeline();
        for (var i = 0; i < 200; i++)
            pipeline.Pipe(new UserAction { ActionId = $"a{i}", Type = ActionType.Share, UserId = $"u{i % 9}", ContentId = "c", OccurredAt = Start, Spread = i % 3 == 0 ? 0 : 5 });

        Assert.Equal(5, pipeline.ActionPlaces.Distinct().Count());
        pipeline.Crash();
        // All of it was sent again, and the receivers took it for repeats: in each partition the same entries under the same numbers.
        Assert.Equal(200, pipeline.ActionPlaces.Count);
        Assert.InRange(pipeline.RepeatedOutputs, 200, long.MaxValue);
        Assert.Equal(200, pipeline.Read("c").Shares);
    }

    [Fact]
    public void Process_SpreadContent_StatisticsAreOfAllPartitionsUpToTheInterval()
    {
        using var pipeline = new EngagementPipeline();
        const int Seconds = 30;
        const int PerSecond = 200;
        for (var i = 0; i < Seconds * PerSecond; i++)
            pipeline.Pipe(View($"i{i}", "c", Start + (i * 1000L / PerSecond), spread: 5));

        var statistics = Assert.Single(pipeline.Statistics).Value;
        // A part reports after an interval, and its content's own partition after another one.
        Assert.InRange(statistics.Views, (Seconds - 2) * PerSecond, Seconds * PerSecond);
        Assert.InRange(statistics.LastInteractionAt, Start + ((Seconds - 2) * 1000), Start + (Seconds * 1000));
        Assert.Equal(Seconds * PerSecond, pipeline.Read("c").Views);
    }

    [Fact]
    public void Read_FirstInteractionOfAPart_IsFoundAtOnce()
    {
        for (var i = 0; i < 50; i++)
        {
            using var pipeline = new EngagementPipeline();
            pipeline.Pipe(View($"i{i}", "c", Start, spread: 7));
            Assert.Equal(1, pipeline.Read("c").Views);
        }
    }

    [Fact]
    public void ReadTrending_PartOfASpreadContent_IsThereHoweverSmall()
    {
        var processor = new EngagementProcessor(new FakeTaskContext("engagement", Own("whole"), EngagementPipeline.Partitions), new() { TrendingContents = 1 });
        var elsewhere = Enumerable.Range(0, 100).Select(i => $"e{i}").First(content => Own(content) != Own("whole"));
        for (var i = 0; i < 10; i++)
            processor.Process(View($"i{i}", "whole", Start, spread: 0), new FakeEmitter());
        processor.Process(View("j", elsewhere, Start, spread: 3), new FakeEmitter());

        var trending = processor.ReadTrending(1);
        Assert.Equal([("whole", false), (elsewhere, true)], trending.Select(content => (content.Stats.ContentId, content.IsPart)));
    }

    [Theory]
    [InlineData(1, 0, 5)]
    [InlineData(0, -1, 5)]
    [InlineData(0, EngagementPipeline.Partitions, 5)]
    [InlineData(0, 0, 5)]
    [InlineData(0, 1, -1)]
    [InlineData(0, 1, long.MaxValue)]
    [InlineData(0, 1, FieldCheck.LargestNumber + 1)]
    [InlineData(0, 1, 5, -1)]
    [InlineData(0, 1, 5, long.MaxValue)]
    public void Process_InvalidReport_ThrowsBeforeAnythingChanges(int partitionsBehindTheOwn, int reportingBehindTheOwn, long views, long lastInteractionAt = 0)
    {
        var context = new FakeTaskContext("engagement", (Own("c") + partitionsBehindTheOwn) % EngagementPipeline.Partitions, EngagementPipeline.Partitions);
        var reporting = reportingBehindTheOwn is 0 or 1 ? (Own("c") + reportingBehindTheOwn) % EngagementPipeline.Partitions : reportingBehindTheOwn;
        var report = new ContentInteraction { ContentId = "c", Partial = new() { Partition = reporting, Stats = new() { ContentId = "c", Views = views, LastInteractionAt = lastInteractionAt } } };

        Assert.Throws<InvalidEntryException>(() => new EngagementProcessor(context, new()).Process(report, new FakeEmitter()));
        Assert.Empty(context.Dump());
    }

    /// <summary>A sum that became negative could not be read from the state again.</summary>
    [Fact]
    public void Process_ManyForgedReports_TheirSumStaysWhatTheStateCanHold()
    {
        var context = new FakeTaskContext("engagement", Own("c"), EngagementPipeline.Partitions);
        var processor = new EngagementProcessor(context, new());
        for (var i = 0; i < 2_100; i++)
        {
            var partial = new PartialStats { Partition = (Own("c") + 1) % EngagementPipeline.Partitions, Stats = new() { ContentId = "c", Views = FieldCheck.LargestNumber }, IsLast = i % 2 == 1 };
            processor.Process(new ContentInteraction { ContentId = "c", Partial = partial }, new FakeEmitter());
        }

        Assert.Equal(FieldCheck.LargestNumber, new EngagementProcessor(context.Restored(), new()).Read("c").Stats.Views);
    }

    [Fact]
    public void ContentParts_Codec_RoundTripsAndSurvivesDamage()
    {
        var parts = new ContentParts();
        parts.Set(300, new() { ContentId = "c", Views = 5, Impressions = long.MaxValue, Clicks = 1, Likes = 2, Comments = 3, Shares = 4, LastInteractionAt = Start });
        parts.Set(2, new() { ContentId = "c", LastInteractionAt = long.MinValue });
        var read = CodecAssert.RoundTrips(new ContentPartsCodec(), parts);
        Assert.Equal(parts.Reports, read.Reports);
        CodecAssert.SurvivesDamage(new ContentPartsCodec(), parts);
    }

    private static int Own(string content) => KeyPartitioner.PartitionOf(content, EngagementPipeline.Partitions);

    private static ContentInteraction View(string id, string content, long at, int spread) =>
        new() { InteractionId = id, Type = InteractionType.View, ContentId = content, UserId = "u", OccurredAt = at, Spread = spread };
}
