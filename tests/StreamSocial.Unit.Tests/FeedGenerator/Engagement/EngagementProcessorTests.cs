using CsCheck;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Unit.Tests.FeedGenerator.Engagement;

public sealed class EngagementProcessorTests
{
    private const long Start = 1_700_000_000_000;
    private readonly FakeTaskContext _context = new("engagement");
    private readonly FakeEmitter _emitter = new();

    [Fact]
    public void Process_Interactions_CountsEachType()
    {
        var processor = Create();
        for (var type = InteractionType.View; type <= InteractionType.Share; type++)
        {
            for (var i = 0; i < (int)type; i++)
                processor.Process(Interaction("c", type, Start + i), _emitter);
        }

        var stats = processor.Read("c").Stats;
        Assert.Equal(
            (1L, 2L, 3L, 4L, 5L, 6L), (stats.Views, stats.Impressions, stats.Clicks, stats.Likes, stats.Comments, stats.Shares));
        Assert.Equal(Start + 5, stats.LastInteractionAt);
        Assert.Equal(new ContentStats { ContentId = "other" }, processor.Read("other").Stats);
    }

    [Fact]
    public void Process_AllIsTakenBack_NothingIsLeftNotEvenRounding()
    {
        var processor = Create();
        for (var second = 0; second < 200; second++)
        {
            var content = $"c{second}";
            var (early, late) = (Start + (second * 1_000) - (25 * 3_600_000), Start + (second * 1_000));
            foreach (var at in new[] { early, late })
                processor.Process(Interaction(content, InteractionType.Like, at), _emitter);
            foreach (var at in new[] { late, early })
            {
                var taken = Interaction(content, InteractionType.Like, at);
                taken.TakenBackAt = late + 1;
                processor.Process(taken, _emitter);
            }

            Assert.Equal(double.NegativeInfinity, processor.Read(content).Score);
        }
    }

    [Fact]
    public void Process_ContentTimeAdvances_EmitsStatsOncePerInterval()
    {
        var processor = Create();
        foreach (var offset in new[] { 0, 400, 999, 1000, 500, 1999, 2500, 2600 })
            processor.Process(Interaction("c", InteractionType.View, Start + offset), _emitter);
        Assert.Equal([Start, Start + 1000, Start + 2500], _emitter.Of<ContentStats>().Select(stats => stats.LastInteractionAt));
        Assert.Equal([1L, 4L, 7L], _emitter.Of<ContentStats>().Select(stats => stats.Views));
        Assert.All(_emitter.All, emitted => Assert.Equal((TopicNames.ContentStats, "c"), (emitted.Topic, emitted.Key)));
    }

    [Fact]
    public void Process_ClientRepeats_CountsOnceForEachUser()
    {
        var processor = Create();
        foreach (var user in new[] { "ann", "bob", "ann", "ann", "bob" })
            processor.Process(View("c", user, "same"), _emitter, timestamp: Start);
        Assert.Equal(2, processor.Read("c").Stats.Views);

        var restored = new EngagementProcessor(_context.Restored(), new());
        restored.Process(View("c", "ann", "same"), _emitter, timestamp: Start + 599_000);
        Assert.Equal(2, restored.Read("c").Stats.Views);
        restored.Process(View("c", "ann", "same"), _emitter, timestamp: Start + 601_000);
        Assert.Equal(3, restored.Read("c").Stats.Views);
    }

    [Fact]
    public void Process_MoreThanAreRemembered_StateStaysBounded()
    {
        var processor = new EngagementProcessor(_context, new() { RememberedInteractions = 256 });
        for (var i = 0; i < 2_000; i++)
        {
            // Each comes twice, with up to 150 others in between.
            processor.Process(View("c", "ann", $"{i}"), _emitter, timestamp: Start + i);
            processor.Process(View("c", "ann", $"{Math.Max(0, i - 150)}"), _emitter, timestamp: Start + i);
        }

        Assert.Equal(2_000, processor.Read("c").Stats.Views);
        Assert.InRange(_context.Dump().Length, 1, 12);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(128)]
    public void Process_FewerCameInBetweenThanAreRemembered_CountsOnce(int remembered)
    {
        var processor = new EngagementProcessor(_context, new() { RememberedInteractions = remembered });
        for (var i = 0; i < 400; i++)
        {
            processor.Process(View("c", "ann", $"{i}"), _emitter, timestamp: Start);
            processor.Process(View("c", "ann", $"{i}"), _emitter, timestamp: Start);
            processor.Process(View("c", "ann", $"{Math.Max(0, i - remembered + 1)}"), _emitter, timestamp: Start);
            Assert.Equal(i + 1, processor.Read("c").Stats.Views);
        }
    }

    [Fact]
    public void Process_NumbersOfChunksAreUsedUp_RemembersOn()
    {
        _context.OpenStore(20, "header", StringKeyCodec.Instance, new RecentHeaderCodec()).Put("recent", new(int.MaxValue - 1, int.MaxValue, 1));
        _context.OpenStore(21, "chunks", NumberedKeyCodec.Instance, new RecentChunkCodec()).Put(new("recent", int.MaxValue - 1), new(Start, [1]));
        var context = _context.Restored();
        var processor = new EngagementProcessor(context, new() { RememberedInteractions = 256 });
        for (var i = 0; i < 2_000; i++)
        {
            processor.Process(View("c", "ann", $"{i}"), _emitter, timestamp: Start + i);
            if (i % 100 == 0)
                processor = new EngagementProcessor(context = context.Restored(), new() { RememberedInteractions = 256 });
            processor.Process(View("c", "ann", $"{Math.Max(0, i - 150)}"), _emitter, timestamp: Start + i);
        }

        Assert.Equal(2_000, processor.Read("c").Stats.Views);
        Assert.InRange(context.Dump().Length, 1, 12);
    }

    [Fact]
    public void Process_LikesWithOneId_AreNoClientsRepeats()
    {
        var processor = Create();
        foreach (var content in new[] { "c", "d" })
            processor.Process(new ContentInteraction { InteractionId = "same", Type = InteractionType.Like, ContentId = content, UserId = "ann", OccurredAt = Start }, _emitter);
        Assert.Equal((1L, 1L), (processor.Read("c").Stats.Likes, processor.Read("d").Stats.Likes));
    }

    [Fact]
    public void Process_TakenBack_LeavesCounterAndScoreAsIfItHadNeverBeen()
    {
        var (processor, other) = (Create(), new EngagementProcessor(new FakeTaskContext("engagement"), new()));
        for (var i = 0; i < 40; i++)
        {
            var like = Interaction("c", InteractionType.Like, Start + (i * 60_000));
            processor.Process(like, _emitter);
            if (i % 4 == 0)
                other.Process(like, new FakeEmitter());
        }

        for (var i = 0; i < 40; i++)
        {
            if (i % 4 == 0)
                continue;
            var like = Interaction("c", InteractionType.Like, Start + (i * 60_000));
            like.TakenBackAt = Start + 3_600_000 + (i * 1000);
            processor.Process(like, _emitter);
        }

        Assert.Equal(10, processor.Read("c").Stats.Likes);
        Assert.Equal(other.Read("c").Score, processor.Read("c").Score, tolerance: 1e-6);
        Assert.Equal(Start + 3_639_000, processor.Read("c").Stats.LastInteractionAt);
        Assert.Equal(10, _emitter.Of<ContentStats>().Last().Likes);
    }

    /// <summary>Many comments that are dated ahead, and deleted when their time has come, would else take others' score with them.</summary>
    [Fact]
    public void Process_ActionDatedAheadIsTakenBack_LosesTheScoreThatItGave()
    {
        const long Ahead = 300_000;
        var (actions, emitter) = (new ActionsProcessor(new FakeTaskContext("actions"), new(), new(), new()), new FakeEmitter());
        for (var i = 0; i < 50; i++)
            actions.Process(Comment($"c{i}"), emitter, timestamp: Start);
        for (var i = 0; i < 50; i++)
            actions.Process(new UserAction { ActionId = $"d{i}", Type = ActionType.Delete, UserId = "ann", TargetActionId = $"c{i}", OccurredAt = Start + (2 * Ahead) }, emitter, timestamp: Start + (2 * Ahead));
        var (processor, other) = (Create(), new EngagementProcessor(new FakeTaskContext("engagement"), new()));
        foreach (var rival in new[] { processor, other })
        {
            for (var i = 0; i < 10; i++)
                rival.Process(Interaction("c", InteractionType.Comment, Start), new FakeEmitter(), timestamp: Start);
        }

        foreach (var interaction in emitter.Of<ContentInteraction>())
            processor.Process(interaction, _emitter, timestamp: interaction.TakenBackAt == 0 ? Start + 10 : Start + (2 * Ahead) + 10);

        Assert.Equal(10, processor.Read("c").Stats.Comments);
        Assert.Equal(other.Read("c").Score, processor.Read("c").Score, tolerance: 1e-6);
        static UserAction Comment(string id) => new() { ActionId = id, Type = ActionType.Comment, UserId = "ann", ContentId = "c", OccurredAt = Start + Ahead };
    }

    [Fact]
    public void Process_AllTakenBack_LeavesNoScore()
    {
        var processor = Create();
        foreach (var takenBackAt in new[] { 0, Start + 1, Start + 2 })
        {
            var like = Interaction("c", InteractionType.Like, Start);
            like.TakenBackAt = takenBackAt;
            processor.Process(like, _emitter);
        }

        Assert.Equal((0L, double.NegativeInfinity), (processor.Read("c").Stats.Likes, processor.Read("c").Score));
    }

    [Fact]
    public void Process_ClockAhead_CountsAtTheRecordsTime()
    {
        var processor = Create();
        processor.Process(Interaction("c", InteractionType.View, Start + 1_000_000), _emitter, timestamp: Start);
        Assert.Equal(Start, processor.Read("c").Stats.LastInteractionAt);
        // No stage of ours writes such a one.
        processor.Process(Interaction("c", InteractionType.Like, Start + 100_000_000), _emitter, timestamp: Start);
        Assert.Equal(Start + 3_600_000, processor.Read("c").Stats.LastInteractionAt);
    }

    [Fact]
    public void ReadTrending_AnyOrder_EqualsTheSumOfDecayedWeights()
    {
        const double HalfLifeMs = 3_600_000;
        var interaction = Gen.Select(Gen.Int[0, 299], Gen.Int[1, 6], Gen.Int[0, 19_999_999])
            .Select((content, type, at) => Interaction("c" + content, (InteractionType)type, Start + at));
        Gen.Select(Gen.OneOf(10, 100), interaction.Array[3000, 4000]).Sample((size, interactions) =>
        {
            var expected = interactions.GroupBy(interaction => interaction.ContentId)
                .Select(group => (group.Key, Score: group.Sum(Decayed)))
                .OrderByDescending(content => content.Score).Take(size).ToList();
            var context = new FakeTaskContext("engagement");
            var processor = new EngagementProcessor(context, new() { TrendingContents = size });
            var emitter = new FakeEmitter();
            foreach (var interaction in interactions)
                processor.Process(interaction, emitter);

            var trending = processor.ReadTrending(size);
            Assert.Equal(expected.Select(content => content.Key), trending.Select(content => content.Stats.ContentId));
            foreach (var ((_, score), content) in expected.Zip(trending))
                Assert.Equal(1, TrendScore.At(content.Score, Start, HalfLifeMs) / score, 1e-6);
            Assert.Equal(trending, new EngagementProcessor(context.Restored(), new() { TrendingContents = size }).ReadTrending(size));
        }, iter: 6);

        static double Decayed(ContentInteraction interaction) =>
            (interaction.Type == InteractionType.Impression ? 0 : Math.Pow(2, Math.Max(0, (int)interaction.Type - 2)))
            * Math.Pow(2, (interaction.OccurredAt - Start) / HalfLifeMs);
    }

    /// <summary>The ranking keeps scores in memory, which are those of the state whenever it was restored.</summary>
    [Fact]
    public void ReadTrending_WithTakeBacksAndRestores_IsThatOfOneThatRanAllTheTime() =>
        Gen.Select(Gen.Select(Gen.Int[0, 11], Gen.Int[0, 99], Gen.Int[0, 19_999_999]).Array[1, 300], Gen.Int[1, 5]).Sample((steps, size) =>
        {
            var options = new EngagementOptions { TrendingContents = size };
            var (context, other) = (new FakeTaskContext("engagement"), new FakeTaskContext("engagement"));
            var (processor, restored) = (new EngagementProcessor(context, options), new EngagementProcessor(other, options));
            var done = new List<ContentInteraction>();
            foreach (var (content, chance, at) in steps)
            {
                var interaction = Interaction("c" + content, InteractionType.Like, Start + at);
                if (chance < 30 && done.Count > 0)
                {
                    interaction = done[chance % done.Count].Clone();
                    done.RemoveAt(chance % done.Count);
                    interaction.TakenBackAt = Start + 20_000_000;
                }
                else
                {
                    done.Add(interaction);
                }

                if (chance % 5 == 0)
                    restored = new EngagementProcessor(other = other.Restored(), options);
                processor.Process(interaction, _emitter);
                restored.Process(interaction, _emitter);
                Assert.Equal(processor.ReadTrending(size), restored.ReadTrending(size));
            }

            Assert.Equal(context.Dump(), other.Dump());
        }, iter: 50, threads: 1);

    /// <summary>The stored logarithms are in units of the half-life: taken for those of a longer one, they would outrank everything for months.</summary>
    [Theory]
    [InlineData(30)]
    [InlineData(120)]
    public void Process_HalfLifeIsAnotherThanBefore_ConvertsTheScoresOnceAndRanksAnew(int minutes)
    {
        const double HourMs = 3_600_000;
        const long Now = Start + 36_000_000;
        const int Size = 5;
        var random = new Random(1);
        var likes = Enumerable.Range(0, 200).Select(i => Interaction($"c{i % 40}", InteractionType.Like, Start + random.Next(36_000_000))).ToList();
        var before = new EngagementProcessor(_context, new() { TrendingContents = Size });
        foreach (var like in likes)
            before.Process(like, _emitter);
        var options = new EngagementOptions { TrendingContents = Size, TrendHalfLife = TimeSpan.FromMinutes(minutes) };
        var halfLifeMs = options.TrendHalfLife.TotalMilliseconds;
        // What a content had at its latest interaction is what decays with the other half-life from then on.
        var expected = likes.GroupBy(like => like.ContentId, like => like.OccurredAt)
            .ToDictionary(times => times.Key, times => times.Sum(at => 4 * Math.Pow(2, (at - times.Max()) / HourMs)) * Math.Pow(2, (times.Max() - Now) / halfLifeMs));

        var context = _context.Restored();
        var processor = new EngagementProcessor(context, options);
        AssertScores(processor);
        Assert.Equal(Size, processor.ReadTrending(Size).Count);
        processor.Process(Interaction("new", InteractionType.Like, Now), _emitter);
        expected["new"] = 4;
        AssertScores(processor);
        var best = expected.OrderByDescending(content => content.Value).Take(Size).Select(content => content.Key).ToList();
        Assert.Equal(best, processor.ReadTrending(Size).Select(content => content.Stats.ContentId));
        var bestBefore = before.ReadTrending(Size).Select(content => content.Stats.ContentId).ToHashSet();
        Assert.Contains(best, content => content != "new" && !bestBefore.Contains(content));
        var restored = new EngagementProcessor(context.Restored(), options);
        restored.Process(Interaction("other", InteractionType.Impression, Now), _emitter);
        AssertScores(restored);

        void AssertScores(EngagementProcessor read) =>
            Assert.All(expected, content => Assert.Equal(1, TrendScore.At(read.Read(content.Key).Score, Now, halfLifeMs) / content.Value, 1e-6));
    }

    /// <summary>What the like had of the score was counted with the shorter half-life, and is less than what it would have with the longer one.</summary>
    [Fact]
    public void Process_TakenBackAfterTheHalfLifeBecameLonger_WhatIsLeftKeepsAScore()
    {
        var before = Create();
        var like = Interaction("c", InteractionType.Like, Start);
        before.Process(like, _emitter);
        before.Process(Interaction("c", InteractionType.View, Start + 36_000_000), _emitter);
        var processor = new EngagementProcessor(_context.Restored(), new() { TrendHalfLife = TimeSpan.FromHours(24) });
        like.TakenBackAt = Start + 36_000_001;

        processor.Process(like, _emitter);

        var left = processor.Read("c");
        Assert.Equal((1L, 0L), (left.Stats.Views, left.Stats.Likes));
        Assert.InRange(TrendScore.At(left.Score, Start + 36_000_000, 86_400_000), double.Epsilon, 1);
        Assert.Equal(["c"], processor.ReadTrending(10).Select(content => content.Stats.ContentId));
    }

    [Fact]
    public void Process_OnlyImpressionsAreLeft_LeavesNoScore()
    {
        var processor = Create();
        processor.Process(Interaction("c", InteractionType.Impression, Start), _emitter);
        foreach (var takenBackAt in new[] { 0, Start + 1 })
        {
            var like = Interaction("c", InteractionType.Like, Start);
            like.TakenBackAt = takenBackAt;
            processor.Process(like, _emitter);
        }

        Assert.Equal((1L, double.NegativeInfinity), (processor.Read("c").Stats.Impressions, processor.Read("c").Score));
    }

    [Fact]
    public void Process_StateOfAVersionThatDidNotKeepTheHalfLife_ScoresAreOfTheConfiguredOne()
    {
        Create().Process(Interaction("c", InteractionType.Like, Start), _emitter);
        var context = _context.Restored();
        Assert.True(context.OpenStore(25, "half-life", StringKeyCodec.Instance, StreamSocial.Streams.State.Codecs.Int64).Remove("half-life"));
        var processor = new EngagementProcessor(context.Restored(), new() { TrendHalfLife = TimeSpan.FromHours(2) });
        var score = processor.Read("c").Score;

        processor.Process(Interaction("other", InteractionType.Like, Start), _emitter);

        Assert.Equal((Start / 3_600_000.0) + 2, score, 1e-6);
        Assert.Equal(score, processor.Read("c").Score);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Process_MoreContentsAreRankedThanBefore_RanksThoseThatHadNoPlace(int partitions)
    {
        var (context, other) = (new FakeTaskContext("engagement", 0, partitions), new FakeTaskContext("engagement", 0, partitions));
        var (before, always) = (new EngagementProcessor(context, new() { TrendingContents = 2 }), new EngagementProcessor(other, new() { TrendingContents = 5 }));
        for (var i = 0; i < 40; i++)
        {
            var view = Interaction($"c{i}", InteractionType.View, Start + (i * 7_919_000 % 40_000_000));
            before.Process(view, _emitter);
            always.Process(view, _emitter);
        }
        var processor = new EngagementProcessor(context.Restored(), new() { TrendingContents = 5 });
        var last = Interaction("last", InteractionType.Impression, Start);

        processor.Process(last, _emitter);
        always.Process(last, _emitter);

        Assert.Equal(Ids(always), Ids(processor));
        static IEnumerable<string> Ids(EngagementProcessor read) => read.ReadTrending(5).Select(content => content.Stats.ContentId).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void TrendScoreAt_OfAnotherHalfLife_IsFinite() => Assert.Equal(double.MaxValue, TrendScore.At(Start / 1_000.0, Start, 3_600_000));

    [Fact]
    public void ReadTrending_ImpressionsOnly_DoesNotTrend()
    {
        var processor = Create();
        processor.Process(Interaction("c", InteractionType.Impression, Start), _emitter);
        Assert.Empty(processor.ReadTrending(10));
    }

    [Fact]
    public void Process_InvalidInteraction_ThrowsBeforeAnythingChanges()
    {
        var processor = Create();
        Assert.Throws<InvalidEntryException>(() => processor.Process(Interaction("", InteractionType.View, 1), _emitter));
        Assert.Throws<InvalidEntryException>(() => processor.Process(Interaction("c", InteractionType.Unspecified, 1), _emitter));
        Assert.Throws<InvalidEntryException>(() => processor.Process(Interaction("c", InteractionType.View, -1), _emitter));
        Assert.Throws<InvalidEntryException>(() => processor.Process(Interaction("c", InteractionType.View, 1000 * Start), _emitter));
        Assert.Empty(_context.Dump());
    }

    private EngagementProcessor Create() => new(_context, new());

    private static ContentInteraction Interaction(string content, InteractionType type, long at) =>
        new() { InteractionId = Guid.NewGuid().ToString(), Type = type, ContentId = content, UserId = "u", OccurredAt = at };

    private static ContentInteraction View(string content, string user, string id) =>
        new() { InteractionId = id, Type = InteractionType.View, ContentId = content, UserId = user, OccurredAt = Start };
}
