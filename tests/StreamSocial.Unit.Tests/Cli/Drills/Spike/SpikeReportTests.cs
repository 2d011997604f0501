using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Spike;
using StreamSocial.Cli.Topology;
using StreamSocial.Scaling;

namespace StreamSocial.Unit.Tests.Cli.Drills.Spike;

public sealed class SpikeReportTests
{
    [Theory]
    [InlineData(10_000, true)]
    [InlineData(100, true)]
    [InlineData(99, false)]
    [InlineData(0, false)]
    public void Passed_NeedsDeliveriesThatCanBeLost(long deliveries, bool passed) => Assert.Equal(passed, Report(Run(deliveries)).Passed);

    [Fact]
    public void UnknownAge_IsNotCountedAsFresh()
    {
        var run = Run(deliveries: 10_000);

        Assert.Equal((At(10), At(20)), (run.AboveTarget, run.UnknownAge));
    }

    [Fact]
    public void DecidedAfter_AStepBeforeTheSpike_DoesNotCount()
    {
        var run = Run(deliveries: 10_000) with { Decisions = [Out(5, 1, 2), Out(40, 2, 3)] };

        Assert.Equal((At(30), false), (run.DecidedAfter, run.Followed));
    }

    [Fact]
    public void Steps_RefusedByTheOrchestrator_ChangedNothing()
    {
        var run = Run(deliveries: 10_000);
        var refused = run with { Decisions = [Out(10, 1, 2) with { IsRefused = true }, .. Enumerable.Repeat(Out(11, 1, 2) with { IsRefused = true }, 3), .. run.Decisions] };

        Assert.Equal((1, At(1), true), (refused.StepsOut.Count, refused.DecidedAfter!.Value, refused.Followed));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void From_ADecision_IsRefusedWhenTheOrchestratorSaidSo(bool? isAccepted, bool isRefused)
    {
        var decision = new ScalingDecision { Verdict = ScalingVerdict.ScaleOut, CurrentReplicas = 1, DesiredReplicas = 2 };
        if (isAccepted is { } accepted)
            decision.Accepted = accepted;

        Assert.Equal(isRefused, SpikeDecision.From(decision, new DrillClock(TimeProvider.System)).IsRefused);
    }

    /// <summary>The spike begins at 10 s, the target is seen broken at 18 s, and the step is taken at 20 s.</summary>
    [Theory]
    [InlineData(1.0, 1.0, 1.0, 2, true)]
    [InlineData(1.0, null, 1.0, 2, true)]
    [InlineData(1.0, 1.0, null, 2, true)]
    [InlineData(1.0, null, null, 5, true)]
    [InlineData(3.0, null, null, 7, false)]
    [InlineData(null, null, null, 10, false)]
    public void DecidedAfter_AgeNotKnownJustBefore_CountsFromWhenTheTargetCanHaveBeenBroken(double? at12, double? at15, double? at17, double expected, bool isSoon)
    {
        var run = Run(deliveries: 10_000) with
        {
            Samples = [Sample(0, 1, 0), Sample(12, 1, at12), Sample(15, 1, at15), Sample(17, 1, at17), Sample(18, 1, 5), Sample(30, 3, 5), Sample(50, 1, 0)],
            Decisions = [Out(20, 1, 3)],
        };

        Assert.Equal((At(expected), isSoon), (run.DecidedAfter, run.Followed));
    }

    private static SpikeReport Report(SpikeRun run) =>
        new(new SpikeOptions { Topology = new TopologyOptions { Log = new FileInfo("log") }, OpenTrace = _ => throw new NotSupportedException(), Policies = [], SpikeRate = 1, Capacity = 1 }, [run]);

    /// <summary>From 10 s on the oldest record is too old, from 20 s to 40 s nobody knows how old it is.</summary>
    private static SpikeRun Run(long deliveries) => new()
    {
        Policy = "p",
        Samples = [Sample(0, 1, 0), Sample(10, 1, 5), Sample(20, 3, null), Sample(40, 1, 0), Sample(50, 1, 0)],
        Decisions = [Out(11, 1, 3), new(At(35), "ScaleIn", "", 3, 1, "", false, null, null)],
        Outcome = DrillSummaries.Create().Outcome,
        Actions = 10_000,
        ExpectedActions = 10_000,
        Deliveries = deliveries,
        Retries = 0,
        AgeTarget = At(4),
        SpikeBegins = At(10),
        SpikeEnds = At(30),
    };

    private static SpikeDecision Out(double at, int current, int desired) => new(At(at), "ScaleOut", "", current, desired, "", false, null, null);

    private static SpikeSample Sample(double at, int replicas, double? age) => new(At(at), replicas, replicas, age, null, null, null);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
