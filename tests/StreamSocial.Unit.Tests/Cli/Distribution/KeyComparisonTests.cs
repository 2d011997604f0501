using StreamSocial.Topics;
using StreamSocial.Cli.Commands;
using StreamSocial.Cli.Distribution;
using StreamSocial.Events;
using StreamSocial.Replay.Messages;
using StreamSocial.Unit.Tests.Cli.Verification;
using StreamSocial.Unit.Tests.Replay;

namespace StreamSocial.Unit.Tests.Cli.Distribution;

public sealed class KeyComparisonTests
{
    private const int Partitions = 10;

    [Fact]
    public void Run_OneUserDoesAll_UserHashIsHotAndContentHashIsNot()
    {
        var report = Compare([.. Enumerable.Range(0, 20_000).Select(i => Like("celebrity", $"c{i}"))]);
        var user = Of(report, "user-hash");
        Assert.Equal((1, 20_000L, 2_000d, 10d, "celebrity", 1d, false), (user.Used, user.Max, user.Mean, user.MaxToMean, user.HottestKey, user.HottestKeyShare, user.IsWithinTolerance));
        Assert.Equal(3, user.CoefficientOfVariation!.Value, 10);
        Assert.Equal((Partitions, true), (Of(report, "content-hash").Used, Of(report, "content-hash").IsWithinTolerance));
        Assert.False(report.Passed);
        Assert.Equal(0, report.HotContents);
    }

    [Fact]
    public void Run_AllIsAboutOneContent_SpreadingItMakesItEven()
    {
        var report = Compare([.. Enumerable.Range(0, 20_000).Select(i => Like($"u{i}", "viral"))], judged: "salted");
        Assert.Equal(1, report.HotContents);
        Assert.Equal((1, 10d), (Of(report, "content-hash").Used, Of(report, "content-hash").MaxToMean));
        Assert.True(Of(report, "hybrid").MaxToMean < 10);
        Assert.Equal((Partitions, 2_000L, 1d, 0d), (Of(report, "salted").Used, Of(report, "salted").Max, Of(report, "salted").MaxToMean, Of(report, "salted").CoefficientOfVariation));
        Assert.Equal(1.0 / 20, Of(report, "salted").HottestKeyShare);
        Assert.True(report.Passed);
    }

    [Fact]
    public void Run_RushOfFollowers_NoSpreadingOfContentsHelps()
    {
        var report = Compare([.. Enumerable.Range(0, 1_000).Select(i => ReferenceModelTests.Follow($"f{i}", $"u{i}", "celebrity", 1))]);
        Assert.Equal(0, report.HotContents);
        Assert.All(
            report.Strategies.Where(spread => spread.Strategy != "sequential"), spread => Assert.Equal((1, "celebrity"), (spread.Used, spread.HottestKey)));
    }

    [Fact]
    public void Run_Sequential_KeyChangesWithTheBlock()
    {
        var spread = Of(Compare([.. Enumerable.Range(0, 100).Select(i => Like($"u{i}", "c"))]), "sequential");
        Assert.Equal(("0", 0.5), (spread.HottestKey, spread.HottestKeyShare));
    }

    [Fact]
    public void Run_Topics_CountTheirOwnRecords()
    {
        ReplayEvent[] events =
        [
            ReferenceModelTests.Follow("f", "reader", "author", 1), ReferenceModelTests.Do("p", ActionType.Post, "author", 2), Like("reader", "c"),
            new ReplayInteraction { InteractionId = "v", Type = InteractionType.View, ContentId = "c", UserId = "reader" },
        ];
        var actions = Compare(events);
        Assert.Equal((3L, "author", 2.0 / 3), (actions.Records, Of(actions, "user-hash").HottestKey, Of(actions, "user-hash").HottestKeyShare));
        var interactions = Compare(events, TopicNames.ContentInteractions);
        Assert.Equal((2L, "c", 1d), (interactions.Records, Of(interactions, "content-hash").HottestKey, Of(interactions, "content-hash").HottestKeyShare));
    }

    [Fact]
    public void Run_NoRecords_IsUnknownAndDoesNotPass()
    {
        var report = Compare([]);
        Assert.All(report.Strategies, spread => Assert.Equal((null, null, null), (spread.MaxToMean, spread.HottestKeyShare, spread.IsWithinTolerance)));
        Assert.False(report.Passed);
    }

    [Theory]
    [InlineData(1200, true)]
    [InlineData(1201, false)]
    public void IsWithinTolerance_AtTheLimit(int max, bool within)
    {
        var distribution = PartitionDistribution.Of([max, 2000 - max]);
        Assert.Equal(within, KeySpread.Of("any", distribution, new Dictionary<string, long>()).IsWithinTolerance);
    }

    [Theory]
    [InlineData("--partitions 2 --strategy salted", ExitCodes.Done)]
    [InlineData("--partitions 2 --strategy content-hash", ExitCodes.Failed)]
    [InlineData("--partitions 2", ExitCodes.Done)]
    [InlineData("--strategy best", ExitCodes.NotTried)]
    [InlineData("--partitions 0", ExitCodes.NotTried)]
    [InlineData("--salts 1", ExitCodes.NotTried)]
    [InlineData("--hot 0", ExitCodes.NotTried)]
    [InlineData("--topic members", ExitCodes.NotTried)]
    public async Task RunAsync_Compare_TellsByItsExitCode(string options, int expected)
    {
        var trace = Path.GetTempFileName();
        try
        {
            // A thousand users reply to one content.
            await File.WriteAllLinesAsync(trace, Enumerable.Range(2, 1000).Select(user => $"{user} 1 {user} RE"), TestContext.Current.CancellationToken);
            Assert.Equal(expected, await CommandLine.RunAsync(["partitions", "compare", "--trace", trace, .. options.Split(' ')]));
        }
        finally
        {
            File.Delete(trace);
        }
    }

    private static ReplayAction Like(string user, string content) =>
        ReferenceModelTests.Do("id", ActionType.Like, user, 1) with { ContentId = content };

    private static KeySpread Of(KeyComparisonReport report, string strategy) => report.Strategies.Single(spread => spread.Strategy == strategy);

    private static KeyComparisonReport Compare(ReplayEvent[] events, string topic = TopicNames.UserActions, string? judged = null) => new KeyComparison
    {
        OpenTrace = () => new ListTrace(events),
        Topic = topic,
        Partitions = Partitions,
        HotShare = 0.2,
        Salts = 20,
        BlockEvents = 50,
        Judged = judged ?? KeyStrategies.InUse(topic),
    }.Run(new Progress<ReadProgress>(), TestContext.Current.CancellationToken);
}
