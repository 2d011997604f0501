using StreamSocial.Cli.Drills.Measuring;
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
        var report = new SoakReport(DrillSummaries.Create(), TimeSpan.FromHours(1), [.. kinds.Select(Finding)], [Finding("feeds")], []);

        Assert.Equal(passed, report.Passed);
    }

    [Fact]
    public void Passed_NotIfAProcessEnded()
    {
        var before = new RunningProcesses(new Dictionary<string, int> { ["feed-generator-1"] = 10, ["feed-generator-2"] = 11, ["ingest"] = 12 });
        var after = new RunningProcesses(new Dictionary<string, int> { ["feed-generator-1"] = 10, ["feed-generator-2"] = 13 });
        SoakFinding[] memory = [Finding("StreamSocial.FeedGenerator"), Finding("StreamSocial.Ingest")];
        var report = new SoakReport(DrillSummaries.Create(), TimeSpan.FromHours(1), memory, [Finding("feeds")], before.EndedBefore(after));

        Assert.Equal(["feed-generator-2", "ingest"], report.EndedProcesses);
        Assert.False(report.Passed);
    }

    private static SoakFinding Finding(string name) => SoakFinding.Of(name, [.. Enumerable.Range(0, 10).Select(minute => (TimeSpan.FromMinutes(minute), 1_000.0))], 0.1);
}
