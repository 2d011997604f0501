using System.Collections.Immutable;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Unit.Tests.Scaling.Policies;

/// <summary>When the policy goes in, and how far.</summary>
public sealed class FreshnessPolicyGoingInTests : FreshnessPolicyTestBase
{
    [Theory]
    [InlineData(60, 1, null, 1)] // fewer for the whole window: they go together
    [InlineData(59, 1, null, 4)] // not yet for long enough
    [InlineData(60, 1, 4, 4)] // a peak within the window
    [InlineData(60, 3, null, 3)]
    public void Decide_LessLoad_GoesInToTheMostThatTheWindowNeeded(int seconds, int recommended, int? peak, int expected) =>
        Assert.Equal(expected, Decide(Snapshots.Settled(4, 100, 0, 1000) with { Recommendations = Snapshots.Window(seconds, recommended, peak) }).Desired);

    [Fact]
    public void Decide_LoadFellAMomentAfterTheWindowBegan_WaitsAndGoesFurther()
    {
        // What the first two seconds recommended came from rates of both loads.
        var window = Snapshots.Window(60, 1).SetItem(0, new Recommendation(Snapshots.Now.AddSeconds(-60), 3)).SetItem(1, new Recommendation(Snapshots.Now.AddSeconds(-59), 2));

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.Stabilising), Kind(Decide(Snapshots.Settled(4, 100, 0, 1000) with { Recommendations = window })));
    }

    [Theory]
    [InlineData(5, 4)]
    [InlineData(6, 6)] // five of six
    public void Decide_OneFewerWouldDo_GoesInOnlyWhereThatSavesAFifth(int replicas, int expected) =>
        Assert.Equal(expected, Decide(Snapshots.Settled(replicas, 100, 0, 1000) with { Recommendations = Snapshots.Window(60, replicas - 1) }).Desired);

    [Theory]
    [InlineData(4, 5)] // they were not enough
    [InlineData(3, 3)] // the load fell
    public void Decide_LastStepWasForAnUnevenLoad_DoesNotGoBackWhileItLasts(int recommended, int expected)
    {
        var step = new ScalingStep(Snapshots.Now.AddMinutes(-5), 4, 5, ProcessedRate: 2000, Cause: DecisionCause.Uneven);

        Assert.Equal(expected, Decide(Snapshots.Settled(5, 100, 0, 1000) with { Recommendations = Snapshots.Window(60, recommended), Steps = [step] }).Desired);
    }

    [Fact]
    public void Decide_GoingIn_KeepsOneReplicaToLose()
    {
        // Two replicas would run at 70 %, but one alone could not do 1400/s.
        var snapshot = Snapshots.Settled(4, 1400, 0, 1000) with { Recommendations = Snapshots.Window(60, 1) };

        Assert.Equal(3, Decide(snapshot).Desired);
    }

    [Fact]
    public void Decide_StepsOfTheHourUsedUp_HoldsInButNotOut()
    {
        _options.StepsPerHour = 1;
        ImmutableArray<ScalingStep> steps = [new(Snapshots.Now.AddMinutes(-30), 4, 3, null)];

        Assert.Equal(ScalingVerdict.Hold, Decide(Snapshots.Settled(4, 100, 0, 1000) with { Recommendations = Snapshots.Window(60, 1), Steps = steps }).Verdict);
        Assert.Equal(ScalingVerdict.ScaleOut, Decide(Snapshots.Settled(4, 6000, 0, 1000, Late) with { Steps = steps }).Verdict);
    }
}
