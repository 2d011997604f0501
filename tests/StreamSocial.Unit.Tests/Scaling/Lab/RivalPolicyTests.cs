using StreamSocial.Scaling;
using StreamSocial.Scaling.Lab.Policies;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Unit.Tests.Scaling.Lab;

/// <summary>The policies of others, by the examples of their documentation.</summary>
public sealed class RivalPolicyTests
{
    private readonly ScalingOptions _options = new() { Maximum = 100, RateWindow = TimeSpan.FromSeconds(60), StabilisationWindow = TimeSpan.FromSeconds(60) };

    [Theory]
    // kubernetes.io: 200m where 100m is wanted doubles, 50m halves; within 10 % nothing happens; at most doubled or 4 more.
    [InlineData(4, 1.0, 0.5, 8)]
    [InlineData(4, 0.25, 0.5, 2)]
    [InlineData(4, 0.54, 0.5, 4)]
    [InlineData(1, 1.0, 0.1, 5)]
    [InlineData(50, 0.9, 0.75, 60)]
    public void Hpa_Utilisation_IsBroughtToTheTarget(int replicas, double busy, double target, int expected)
    {
        var snapshot = Snapshots.Settled(replicas, 1000, 0, 1000, partitions: 120, maximum: 100) with
        {
            Members = [.. Enumerable.Range(0, replicas).Select(member => new MemberSignal($"{member}", 1, busy))],
            Recommendations = Snapshots.Window(300, expected),
        };

        Assert.Equal(expected, new HpaPolicy(target).Decide(snapshot, _options, Snapshots.Now).Desired);
    }

    [Fact]
    public void Hpa_ReplicasThatStart_CountAsIdle()
    {
        var snapshot = Snapshots.Settled(4, 1000, 0, 1000, maximum: 100) with { Members = [.. Enumerable.Range(0, 2).Select(member => new MemberSignal($"{member}", 60, 1))] };

        Assert.Equal(4, new HpaPolicy(0.5).Decide(snapshot, _options, Snapshots.Now).Desired);
    }

    [Theory]
    [InlineData(299, 4)]
    [InlineData(300, 1)]
    public void Hpa_GoesIn_AfterFiveMinutes(int seconds, int expected)
    {
        var snapshot = Snapshots.Settled(4, 1000, 0, 1000) with
        {
            Members = [.. Enumerable.Range(0, 4).Select(member => new MemberSignal($"{member}", 30, 0.1))],
            Recommendations = Snapshots.Window(seconds, 1),
        };

        Assert.Equal(expected, new HpaPolicy().Decide(snapshot, _options, Snapshots.Now).Desired);
    }

    [Theory]
    [InlineData(700, 0, 1)] // 700 ÷ (1000 × 0.7) is exactly one
    [InlineData(1400, 0, 2)]
    [InlineData(4200, 0, 6)] // one step, however far
    [InlineData(4900, 0, 8)] // seven are no divisor of 120 partitions
    [InlineData(1400, 60_000, 3)] // 60,000 in 60 s are another 1000/s
    public void Flink_TrueRates_GiveTheCapacity(double arrival, long lag, int expected)
    {
        var policy = new FlinkPolicy(new FlinkSettings { CatchUpDuration = TimeSpan.FromSeconds(60), RestartTime = TimeSpan.Zero, UtilisationBoundary = 0 });

        Assert.Equal(expected, Decide(policy, Snapshots.Settled(1, arrival, lag, 1000, maximum: 100)).Desired);
    }

    [Theory]
    [InlineData(2, 1900, 2)] // 95 %: within 0.7 ± 0.3
    [InlineData(2, 2100, 4)] // above, and 3.15 of 2.1 ÷ 0.7 + restart
    [InlineData(4, 1700, 4)] // 42 %: within
    [InlineData(4, 1500, 3)] // below
    public void Flink_WithinTheBoundary_DoesNothing(int replicas, double arrival, int expected)
    {
        var policy = new FlinkPolicy(new FlinkSettings { CatchUpDuration = TimeSpan.FromSeconds(600), RestartTime = TimeSpan.FromSeconds(30) });

        Assert.Equal(expected, Decide(policy, Snapshots.Settled(replicas, arrival, 0, 1000, maximum: 100)).Desired);
    }

    [Fact]
    public void Flink_WindowNotFullOrStabilising_Holds()
    {
        var policy = new FlinkPolicy(new FlinkSettings());
        var load = Snapshots.Settled(1, 5000, 0, 1000, maximum: 100);

        Assert.Equal(ScalingVerdict.Hold, policy.Decide(load with { Recommendations = Snapshots.Window(59, 8) }, _options, Snapshots.Now).Verdict);
        Assert.Equal(ScalingVerdict.Hold, Decide(policy, load with { UnsettledSince = Snapshots.Now }).Verdict);
        Assert.Equal(ScalingVerdict.Hold, Decide(policy, load with { Steps = [new ScalingStep(Snapshots.Now.AddSeconds(-299), 2, 1, null)] }).Verdict);
        Assert.Equal(ScalingVerdict.ScaleOut, Decide(policy, load).Verdict);
    }

    [Fact]
    public void Flink_ScaleDown_IsLimitedAndWaitsForItsInterval()
    {
        var policy = new FlinkPolicy(new FlinkSettings { RestartTime = TimeSpan.Zero });
        var idle = Snapshots.Settled(10, 100, 0, 1000, maximum: 100) with { Recommendations = Snapshots.Window(60, 4) };

        // 0.6 of ten may go at once.
        Assert.Equal(4, policy.Decide(idle, _options, Snapshots.Now).Desired);
        Assert.Equal(10, policy.Decide(idle with { Recommendations = [.. Snapshots.Window(60, 10)[..30], .. Snapshots.Window(60, 4)[30..]] }, _options, Snapshots.Now).Desired);
    }

    /// <summary>With a window of metrics that is full, and a scale-down that has been recommended for as long.</summary>
    private PolicyDecision Decide(FlinkPolicy policy, ScalingSnapshot snapshot) => policy.Decide(snapshot with { Recommendations = Snapshots.Window(60, 1) }, _options, Snapshots.Now);
}
