using StreamSocial.Cli.Benchmarks.Handover;

namespace StreamSocial.Unit.Tests.Cli.Benchmarks.Handover;

public sealed class HandoverFiguresTests
{
    /// <summary>As the twin wrote it.</summary>
    private const string Result = """
        {"test":"T4","variant":"eos+cache=0","rate":2000,"steadyGapMs":{"ms":710,"median":397,"over1s":0,"of":120},"joinGapMs":{"ms":10752,"median":2539,"over1s":106,"of":120},"joinFirstRecordMs":12101,"joinLastPartitionMs":20319,"partitionsMoved":59,"killGapMs":{"ms":12034,"median":1463,"over1s":74,"of":120},"killAllBackMs":11934,"deliveriesDue":560635,"deliveredTwice":3,"lost":2,"settings":"bootstrap=127.0.0.1:29193"}
        """;

    [Fact]
    public void TryRead_JoinAndKill_IsRead() => Assert.Equal(
        new HandoverFigures
        {
            Steady = Gap(710, 397, 0), Join = Gap(10752, 2539, 106), FirstRecord = Ms(12101), LastPartition = Ms(20319), Moved = 59,
            Kill = Gap(12034, 1463, 74), AllBack = Ms(11934), Due = 560635, Lost = 2, Duplicated = 3,
        },
        HandoverFigures.TryRead(Result));

    [Fact]
    public void TryRead_WhatThePeerDoesNotSay_IsUnknownAndNotZero()
    {
        var figures = HandoverFigures.TryRead("""{"test":"T4","joinGapMs":{"ms":10752,"median":2539,"over1s":106},"killGapMs":"-","lost":"none"}""");
        Assert.Equal(
            new HandoverFigures
            {
                Steady = null, Join = null, FirstRecord = null, LastPartition = null, Moved = null, Kill = null, AllBack = null, Due = null, Lost = null, Duplicated = null,
            },
            figures);
    }

    /// <summary>The twin writes -1 where partitions did not come back, and 0 where its second process never processed anything.</summary>
    [Fact]
    public void TryRead_NotReachedWhileWatched_IsUnknown()
    {
        var figures = HandoverFigures.TryRead("""{"test":"T4","joinFirstRecordMs":0,"joinLastPartitionMs":0,"killAllBackMs":-1,"lost":0}""")!;
        Assert.Equal((null, null, null), (figures.FirstRecord, figures.LastPartition, figures.AllBack));
        Assert.Equal(0, figures.Lost);
    }

    [Theory]
    [InlineData("")]
    [InlineData("T4  eos+cache=0            | rate 2000 | steadyGapMs 710/397/0/120")]
    [InlineData("{ not json")]
    [InlineData("""{"test":"T2","deliveriesPerSecond":1}""")]
    [InlineData("""{"defaults":{"joinGapMs":1}}""")]
    [InlineData("""{"test":4,"joinGapMs":1}""")]
    public void TryRead_OtherLine_IsNoResult(string line) => Assert.Null(HandoverFigures.TryRead(line));

    [Fact]
    public void GapFigures_OfPartitions_LongestMedianAndHowManyOverASecond()
    {
        Assert.Equal(new GapFigures(Ms(5000), Ms(1000), 2, 5), GapFigures.Of([Ms(1000), Ms(5000), Ms(10), Ms(1001), Ms(20)]));
        Assert.Null(GapFigures.Of([]));
    }

    private static GapFigures Gap(int longest, int median, int over) => new(Ms(longest), Ms(median), over, 120);

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
