using StreamSocial.Cli.Drills.Hostile;

namespace StreamSocial.Unit.Tests.Cli.Drills.Hostile;

public sealed class HostileReportTests
{
    [Theory]
    [InlineData(500, 475, 0.95)]
    [InlineData(400, 380, 0.95)]
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

    private static HostileReport Report(double? quiet, double? attack) => new()
    {
        Summary = DrillSummaries.Create(wantedRate: 500), Families = [], QuietRate = quiet, AttackRate = attack, EndedProcesses = [], FailedTasks = [], ExpectedDeadLetters = 0, DeadLetters = 0,
    };
}
