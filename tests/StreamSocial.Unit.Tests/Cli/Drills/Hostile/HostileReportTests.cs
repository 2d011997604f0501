using StreamSocial.Cli.Drills.Hostile;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Unit.Tests.Cli.Drills.Hostile;

public sealed class HostileReportTests
{
    [Theory]
    [InlineData(500, 475, 0.95)]
    [InlineData(460, 437, 0.95)]
    [InlineData(540, 495, 0.99)]
    public void Goodput_IsOfTheRateAloneButNotOfACatchUp(double quiet, double attack, double expected) => Assert.Equal(expected, Report(quiet, attack).Goodput!.Value, 3);

    [Theory]
    [InlineData(null, 500.0)]
    [InlineData(500.0, null)]
    public void Goodput_OneRateIsUnknown_IsUnknown(double? quiet, double? attack)
    {
        Assert.Null(Report(quiet, attack).Goodput);
        Assert.False(Report(quiet, attack).Passed);
    }

    [Theory]
    [InlineData(0, 500)]
    [InlineData(100, 300)]
    [InlineData(449, 449)]
    public void Goodput_TheLoadAloneStalled_IsUnknown(double quiet, double attack)
    {
        Assert.Null(Report(quiet, attack).Goodput);
        Assert.False(Report(quiet, attack).Passed);
    }

    [Fact]
    public void Passed_ServicesMeasuredAndSmall_IsTrue() => Assert.True(Report(500, 500).Passed);

    [Theory]
    [InlineData("StreamSocial.AppHost")]
    [InlineData("StreamSocial.AppHost", "StreamSocial.Ingest")]
    [InlineData("StreamSocial.AppHost", "StreamSocial.FeedGenerator")]
    public void LargestService_FeedGeneratorsOrIngestNotMeasured_IsUnknown(params string[] kinds)
    {
        Assert.Null(Report(500, 500, kinds).LargestService);
        Assert.False(Report(500, 500, kinds).Passed);
    }

    private static HostileReport Report(double? quiet, double? attack, params string[] kinds) => new()
    {
        Summary = DrillSummaries.Create(wantedRate: 500) with
        {
            Processes = [.. (kinds is [] ? ["StreamSocial.FeedGenerator", "StreamSocial.Ingest"] : kinds).Select(kind => new KindUsage(kind, 1, 1, 1_000_000))],
        },
        Families = [], QuietRate = quiet, AttackRate = attack, EndedProcesses = [], FailedTasks = [], ExpectedDeadLetters = 0, DeadLetters = 0,
    };
}
