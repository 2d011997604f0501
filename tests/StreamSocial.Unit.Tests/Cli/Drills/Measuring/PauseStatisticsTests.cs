using StreamSocial.Cli.Drills.Measuring;

namespace StreamSocial.Unit.Tests.Cli.Drills.Measuring;

public sealed class PauseStatisticsTests
{
    [Fact]
    public void Longest_PausesAroundASpan_TakesThoseThatTouchIt()
    {
        Pause[] pauses = [Of(0, 9), Of(9, 12), Of(14, 19), Of(20, 40)];
        Assert.Equal(Of(14, 19), PauseStatistics.Longest(pauses, At(10), At(20)));
        Assert.Equal(Of(20, 40), PauseStatistics.Longest(pauses, At(10), At(21)));
        Assert.Null(PauseStatistics.Longest(pauses, At(12), At(14)));
    }

    [Fact]
    public void Quantile_HundredPauses_IsTheOneThatAsManyDoNotExceed()
    {
        var pauses = Enumerable.Range(1, 100).Reverse().Select(length => Of(0, length)).ToArray();
        Assert.Equal(At(99), PauseStatistics.Quantile(pauses, 0.99, At(0), At(100)));
        Assert.Equal(At(50), PauseStatistics.Quantile(pauses, 0.5, At(0), At(100)));
        Assert.Equal(At(1), PauseStatistics.Quantile(pauses, 0, At(0), At(100)));
    }

    [Fact]
    public void Quantile_PausesAcrossTheEdges_DoNotCount() =>
        Assert.Equal(At(2), PauseStatistics.Quantile([Of(0, 19), Of(11, 13), Of(12, 30)], 0.99, At(10), At(20)));

    [Fact]
    public void Quantile_NothingEndsInTheSpan_IsUnknown() => Assert.Null(PauseStatistics.Quantile([Of(0, 50)], 0.5, At(0), At(10)));

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);

    private static Pause Of(int from, int to) => new(("t", 0), At(from), At(to));
}
