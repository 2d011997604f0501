using StreamSocial.Streams.Simulation;

namespace StreamSocial.Streams.Tests.Simulation;

public sealed class SimulationTests
{
    [Fact]
    public void Run_RuntimeAsItIs_KeepsEveryPromise()
    {
        var report = Run(Mutant.None, 500);
        Assert.True(report.Passed, Describe(report));
        Assert.All(
            [report.Counters.Crashes, report.Counters.Rebalances, report.Counters.Zombies, report.Counters.DuplicatesDropped, report.Counters.AbortedTransactions, report.Counters.FailedTasks],
            count => Assert.True(count > 500, $"{count} are too few for a test."));
        Assert.True(report.Counters.TornTransactions > 3, $"{report.Counters.TornTransactions} torn transactions are too few for a test.");
        Assert.True(report.Counters.WarmRestores > 5, $"{report.Counters.WarmRestores} restores from kept state are too few for a test.");
    }

    [Theory]
    [InlineData(Mutant.Drop)]
    [InlineData(Mutant.Duplicate)]
    [InlineData(Mutant.Swap)]
    [InlineData(Mutant.StaleWrite)]
    [InlineData(Mutant.SkippedContent)]
    [InlineData(Mutant.CommittedTooEarly)]
    [InlineData(Mutant.FailedTryRemains)]
    [InlineData(Mutant.RestoresTooLate)]
    [InlineData(Mutant.ReadTooEarly)]
    [InlineData(Mutant.NamelessMember)]
    [InlineData(Mutant.StartsAtTheGroupsOffset)]
    public void Run_Mutant_IsCaught(Mutant mutant)
    {
        var report = Run(mutant, 3_000);
        Assert.False(report.Passed, $"{mutant} was not noticed in {report.Schedules} schedules.");
    }

    [Fact]
    public void Run_FailedScheduleAlone_FailsInTheSameWay()
    {
        var failure = Assert.Single(Run(Mutant.Drop, 300).Failures);
        var again = Assert.Single(Run(Mutant.Drop, 1, failure.Seed).Failures);
        Assert.Equal(failure.Reason, again.Reason);
        Assert.Equal(failure.History, again.History);
    }

    private static SimulationReport Run(Mutant mutant, int schedules, ulong seed = 1) => SimulationRunner.Run(
        new SimulationOptions { Seed = seed, Schedules = schedules, Mutant = mutant, MaxFailures = 1 }, TimeProvider.System);

    private static string Describe(SimulationReport report) => string.Join(
        '\n', report.Failures.Select(failure => $"Seed {failure.Seed}: {failure.Reason}\n{string.Join('\n', failure.History)}"));
}
