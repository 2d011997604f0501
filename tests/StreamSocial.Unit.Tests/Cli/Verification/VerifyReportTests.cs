using StreamSocial.Cli.Verification;
using StreamSocial.Replay.Sending;
using StreamSocial.Unit.Tests.Cli.Drills;

namespace StreamSocial.Unit.Tests.Cli.Verification;

public sealed class VerifyReportTests
{
    [Fact]
    public void ActionsPerSecond_TraceWithViews_CountsActionsOnly()
    {
        var report = new VerifyReport
        {
            Trace = "t", Topology = "t", Interactions = 300, Actions = 100, ExpectedActions = 100, Deliveries = 1, DeliveriesPerSecond = 1, Applied = TimeSpan.FromSeconds(12),
            Outcome = DrillSummaries.Create().Outcome, Replay = new ReplayResult(100, 200, 1, 0, 1, TimeSpan.FromSeconds(10), null, null, null), WriteAmplification = null, PeakBytes = null,
            StolenShare = null, Processes = [], Distribution = [], Hardware = "",
        };

        Assert.Equal(10, report.ActionsPerSecond);
    }
}
