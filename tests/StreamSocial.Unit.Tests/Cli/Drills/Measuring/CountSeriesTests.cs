using StreamSocial.Cli.Drills.Measuring;

namespace StreamSocial.Unit.Tests.Cli.Drills.Measuring;

public sealed class CountSeriesTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Reaction = TimeSpan.FromSeconds(5);

    [Fact]
    public void Rate_BetweenPoints_IsInterpolated()
    {
        var series = Grow((0, 0), (10, 1000));
        Assert.Equal(100, series.Rate(At(2.5), At(7.5)));
    }

    [Fact]
    public void Rate_OutsideThePoints_IsUnknown()
    {
        var series = Grow((1, 0), (10, 1000));
        Assert.Null(series.Rate(At(0), At(5)));
        Assert.Null(series.Rate(At(5), At(11)));
        Assert.Null(new CountSeries().Rate(At(0), At(1)));
    }

    [Fact]
    public void AverageRate_OfAllPoints_CountsFromTheFirst()
    {
        Assert.Equal(50, Grow((2, 100), (3, 100), (12, 600)).AverageRate);
        Assert.Null(Grow((1, 0)).AverageRate);
        Assert.Null(new CountSeries().AverageRate);
    }

    [Fact]
    public void LatestRate_OfTheLastPoints_LeavesOutTheEarlierOnes()
    {
        Assert.Equal(200, Grow((0, 0), (8, 100), (10, 500)).LatestRate(Window));
        Assert.Null(Grow((9, 0), (10, 500)).LatestRate(Window));
        Assert.Null(new CountSeries().LatestRate(Window));
    }

    [Fact]
    public void LongestGap_GapThatBeginsBeforeTheSpan_CountsAsAWhole()
    {
        var series = Grow((0, 0), (1, 1), (2, 2), (8, 2), (9, 3), (10, 4));
        Assert.Equal(At(7), series.LongestGap(At(5), At(20)));
        Assert.Equal(At(1), series.LongestGap(At(9), At(20)));
    }

    [Fact]
    public void RecoveredAfter_RateThatFallsAndRises_IsWhenItIsFullAgain()
    {
        var series = PerSecond(100, 100, 100, 0, 0, 20, 100, 100, 100, 100);
        Assert.Equal(At(3), series.RecoveredAfter(At(3), At(10), 90, Window, Reaction));
    }

    [Fact]
    public void RecoveredAfter_RateThatDoesNotFall_IsZero() =>
        Assert.Equal(TimeSpan.Zero, PerSecond(100, 100, 100, 100, 100, 100, 100, 100, 100, 100).RecoveredAfter(At(1), At(10), 90, Window, Reaction));

    /// <summary>What happened within the reaction is not known: the count may have stood still.</summary>
    [Fact]
    public void RecoveredAfter_NothingCountedWithinTheReaction_IsUnknown() =>
        Assert.Null(Grow((0, 0), (1, 100), (9, 900), (10, 1000), (11, 1100), (12, 1200), (13, 1300)).RecoveredAfter(At(2), At(13), 90, Window, Reaction));

    [Fact]
    public void RecoveredAfter_RateThatStaysLow_IsUnknown() =>
        Assert.Null(PerSecond(100, 100, 10, 10, 10, 10, 10).RecoveredAfter(At(2), At(7), 90, Window, Reaction));

    [Fact]
    public void RecoveredAfter_TooLittleIsKnown_IsUnknown()
    {
        Assert.Null(new CountSeries().RecoveredAfter(At(1), At(10), 90, Window, Reaction));
        Assert.Null(PerSecond(100, 100, 100).RecoveredAfter(At(1), At(10), 90, Window, Reaction));
        Assert.Null(PerSecond(100, 100, 100, 100).RecoveredAfter(At(5), At(10), 90, Window, Reaction));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static CountSeries Grow(params (double At, long Count)[] points)
    {
        var series = new CountSeries();
        foreach (var (at, count) in points)
            series.Add(At(at), count);
        return series;
    }

    private static CountSeries PerSecond(params long[] rates)
    {
        var count = 0L;
        return Grow([(0, 0), .. rates.Select((rate, second) => (second + 1.0, count += rate))]);
    }
}
