using StreamSocial.Cli.Drills.Rescale;
using StreamSocial.Cli.Drills.Running;

namespace StreamSocial.Unit.Tests.Cli.Drills.Rescale;

public sealed class RescaleReportTests
{
    /// <summary>Three times the 99th percentile of the steady state is allowed: 600 ms.</summary>
    [Theory]
    [InlineData(600, 600, 0, true)]
    [InlineData(null, 600, 0, true)]
    [InlineData(601, 600, 0, false)]
    [InlineData(100, 600, 600, true)]
    [InlineData(100, 600, 601, false)]
    [InlineData(null, 600, 601, false)]
    [InlineData(null, null, 0, true)]
    [InlineData(1, null, 0, false)]
    public void LeftOthersAlone_NeedsShortPausesAndThatAllInputWasSeen(int? pause, int? allowed, int unseen, bool expected) =>
        Assert.Equal(expected, Step(Milliseconds(pause), Milliseconds(allowed / 3), TimeSpan.FromMilliseconds(unseen)).LeftOthersAlone);

    [Fact]
    public void Passed_NothingWasDelivered_Fails()
    {
        var report = new RescaleReport(DrillSummaries.Create(), [1, 2], [Step(null, null, TimeSpan.Zero)]);

        Assert.True(report.Passed);
        Assert.False((report with { Summary = report.Summary with { Deliveries = 0 } }).Passed);
    }

    private static RescaleFinding Step(TimeSpan? pause, TimeSpan? steady, TimeSpan unseen)
    {
        var state = new SteadyState(default, default, 1, 1, steady, steady);
        return new RescaleFinding
        {
            From = 1, To = 2, At = default, Moved = 1, MinimumMoves = 1, Restored = 1, RestoredBytes = 1, StateBytes = 1, Warm = 1, LongestPauseOfMoved = null,
            LongestPauseOfOthers = pause, LongestUnseen = unseen, SteadyBefore = state, SteadyAfter = state, SettledAfter = default,
        };
    }

    private static TimeSpan? Milliseconds(int? value) => value is { } known ? TimeSpan.FromMilliseconds(known) : null;
}
