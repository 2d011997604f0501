using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.Unit.Tests.FeedGenerator;

namespace StreamSocial.Unit.Tests.Cli.Verification;

public sealed class TrendComparisonTests
{
    private const long Start = 1_700_000_000_000;
    private const int Size = 100;

    private readonly Dictionary<string, TrendWeight> _weights = [];

    /// <summary>The reference and the service compute the scores in different ways, and agree.</summary>
    [Fact]
    public void Compare_WhatTheServiceRanksOfRandomInteractions_DoesNotDiffer()
    {
        var random = new Random(1);
        var processor = new EngagementProcessor(new FakeTaskContext("engagement"), new() { TrendingContents = Size });
        var counted = new List<ContentInteraction>();
        for (var i = 0; i < 20_000; i++)
        {
            var interaction = new ContentInteraction
            {
                InteractionId = $"{i}", Type = (InteractionType)random.Next(1, 7), ContentId = $"c{Math.Min(random.Next(400), random.Next(400))}", UserId = "u", OccurredAt = Start + random.Next(20_000_000),
            };
            if (random.Next(10) == 0 && counted.Count > 0)
            {
                interaction = counted[random.Next(counted.Count)];
                counted.Remove(interaction);
                interaction.TakenBackAt = Start + 20_000_000 + i;
            }
            else if (interaction.Type >= InteractionType.Like)
            {
                counted.Add(interaction);
            }

            processor.Process(interaction, new FakeEmitter());
            _weights[interaction.ContentId] = _weights.GetValueOrDefault(interaction.ContentId)
                .Add(interaction.Type, interaction.OccurredAt, interaction.TakenBackAt == 0 ? null : interaction.TakenBackAt);
        }

        var ranked = processor.ReadTrending(Size);
        var asOf = ranked.Max(content => content.Stats.LastInteractionAt);
        var trend = new ReadTrend(asOf, [.. ranked.Select(content => (TrendScore.At(content.Score, asOf, 3_600_000), Counters(content.Stats.ContentId)))]);

        Assert.Empty(TrendComparison.Compare(_weights, Size, trend));
        Assert.NotEmpty(TrendComparison.Compare(_weights, Size, trend with { Contents = [.. trend.Contents.Reverse()] }));
        Assert.NotEmpty(TrendComparison.Compare(_weights, Size, trend with { Contents = [.. trend.Contents.Take(50)] }));
        Assert.NotEmpty(TrendComparison.Compare(_weights, Size, trend with { Contents = [.. trend.Contents.Skip(1)] }));
    }

    [Fact]
    public void Compare_AnotherTimeScoreOrPlace_Differs()
    {
        Like("a", 1);
        Like("b", 2);

        Assert.Empty(Compare(Start, ("b", 8), ("a", 4)));
        Assert.Equal(["its time is 1700000000001, the latest one of its contents 1700000000000"], Compare(Start + 1, ("b", 8), ("a", 4)));
        Assert.Equal(["a has the score 5, expected 4"], Compare(Start, ("b", 8), ("a", 5)));
        Assert.Equal(["b is behind a, which scores less"], Compare(Start, ("a", 4), ("b", 8)));
        Assert.Equal(["it lists 2 contents in 3 places"], Compare(Start, ("b", 8), ("a", 4), ("a", 4)));
        Assert.Equal(["b is missing, whose score is 8"], Compare(Start, ("a", 4)));
        Assert.Equal(["other has the score 1, expected 0"], Compare(Start, ("b", 8), ("a", 4), ("other", 1)));
    }

    /// <summary>Its partition may not know of it until somebody interacts with it again.</summary>
    [Fact]
    public void Compare_ContentBehindOnesThatLostMore_MayBeMissing()
    {
        for (var i = 0; i < Size; i++)
        {
            Like($"lost{i}", 3);
            for (var taken = 0; taken < 2; taken++)
                _weights[$"lost{i}"] = _weights[$"lost{i}"].Add(InteractionType.Like, Start, takenBackAt: Start);
        }

        Like("late", 2);
        Assert.Empty(Compare(Start, [.. Enumerable.Range(0, Size).Select(i => ($"lost{i}", 4.0))]));
    }

    private void Like(string content, int likes)
    {
        for (; likes > 0; likes--)
            _weights[content] = _weights.GetValueOrDefault(content).Add(InteractionType.Like, Start);
    }

    private IReadOnlyList<string> Compare(long asOf, params (string ContentId, double Score)[] contents) =>
        TrendComparison.Compare(_weights, Size, new(asOf, [.. contents.Select(content => (content.Score, Counters(content.ContentId)))]));

    private static ReadCounters Counters(string content) => new(content, default, 1);
}
