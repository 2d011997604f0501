using StreamSocial.Cli.Drills.Soak;

namespace StreamSocial.Unit.Tests.Cli.Drills.Soak;

public sealed class SoakReportTests
{
    [Theory]
    [InlineData(true, "StreamSocial.FeedGenerator", "StreamSocial.Ingest")]
    [InlineData(false, "StreamSocial.AppHost")]
    [InlineData(false, "StreamSocial.AppHost", "StreamSocial.FeedGenerator")]
    public void Passed_OnlyIfTheServicesWereMeasured(bool passed, params string[] kinds)
    {
        var report = new SoakReport(DrillSummaries.Create(), TimeSpan.FromHours(1), [.. kinds.Select(Finding)], [Finding("feeds")]);

        Assert.Equal(passed, report.Passed);
    }

    private static SoakFinding Finding(string name) => SoakFinding.Of(name, [.. Enumerable.Range(0, 10).Select(minute => (TimeSpan.FromMinutes(minute), 1_000.0))], 0.1);
}
