using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;
using StreamSocial.Unit.Tests.Scaling;

namespace StreamSocial.Unit.Tests.Autoscaler;

/// <summary>What a person wants in place of the policy.</summary>
public sealed class ControlLoopOverrideTests : ControlLoopTestBase
{
    [Fact]
    public async Task Override_Fixed_WinsOverThePolicyUntilItEnds()
    {
        await StartAsync();
        await TicksAsync(1);
        await _journal!.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Fixed, 5, _time.GetUtcNow().AddSeconds(10)), Token);
        await TicksAsync(1);
        await AppliedAsync([5]);

        _policy.Next = Act(3);
        _actuator.Scale = new ScaleSignal(5, 5, 1, 8);
        await TicksAsync(2);
        Assert.Equal([5], _actuator.Applied);

        _time.Advance(TimeSpan.FromSeconds(10));
        await TicksAsync(1);
        await AppliedAsync([5, 3]);
    }

    [Fact]
    public async Task Tick_SomebodyElseScaled_HoldsTheirNumberForAWhile()
    {
        await StartAsync();
        await TicksAsync(1);
        _actuator.Scale = new ScaleSignal(4, 4, 1, 8);
        _policy.Next = Act(3);
        await TicksAsync(3);
        Assert.Empty(_actuator.Applied);
        Assert.Equal(new ManualOverride(ScalingOverrideKind.Fixed, 4, Snapshots.Now + (2 * _options.Interval) + _options.ManualHold), Assert.Single(_sink.Begun).Override);

        _time.Advance(_options.ManualHold);
        await TicksAsync(1);
        await AppliedAsync([3]);
    }

    [Fact]
    public async Task Override_PausedByThePredecessor_StillHolds()
    {
        _policy.Next = Act(3);
        _log.Leading = new DecisionHistory(1, new ManualOverride(ScalingOverrideKind.Paused, null, null), [], null);
        await StartAsync();

        Assert.Equal(DecisionCause.Paused, (await _sink.NextAsync()).Decision.Cause);
        Assert.Empty(_actuator.Applied);
    }

    [Fact]
    public async Task Override_NotDurable_DoesNotHold()
    {
        await StartAsync();
        _sink.IsDurable = false;

        await Assert.ThrowsAsync<IOException>(() => _journal!.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Fixed, 5, null), Token));
        await TicksAsync(2);
        Assert.Empty(_actuator.Applied);
    }
}
