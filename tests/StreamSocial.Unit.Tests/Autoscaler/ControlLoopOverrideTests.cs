using StreamSocial.Autoscaler.Actuation;
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
        await TicksAsync(1);
        await Journal.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Fixed, 5, _time.GetUtcNow().AddSeconds(10)), Token);
        await TicksAsync(1);
        Assert.Equal([5], _actuator.Applied);

        _policy.Next = Act(3);
        _actuator.Scale = new ScaleSignal(5, 5, 1, 8);
        await TicksAsync(2);
        Assert.Equal([5], _actuator.Applied);

        _time.Advance(TimeSpan.FromSeconds(10));
        await TicksAsync(1);
        Assert.Equal([5, 3], _actuator.Applied);
    }

    [Fact]
    public async Task Tick_SomebodyElseScaled_HoldsTheirNumberForAWhile()
    {
        await TicksAsync(1);
        _actuator.Scale = new ScaleSignal(4, 4, 1, 8);
        _policy.Next = Act(3);
        await TicksAsync(3);
        Assert.Empty(_actuator.Applied);
        Assert.Equal(new ManualOverride(ScalingOverrideKind.Fixed, 4, Snapshots.Now + _options.Interval + _options.ManualHold), Assert.Single(_sink.Begun).Override);

        _time.Advance(_options.ManualHold);
        await TicksAsync(1);
        Assert.Equal([3], _actuator.Applied);
    }

    /// <summary>What is recorded would take the place of what the other one has recorded.</summary>
    [Fact]
    public async Task Tick_SomebodyElseScaledAndAnotherAutoscalerBeginsWhileThisOneReads_RecordsNoWish()
    {
        await TicksAsync(1);
        _actuator.Scale = new ScaleSignal(4, 4, 1, 8);
        var read = _group.Read;
        _group.Read = token =>
        {
            _log.Leading = null;
            return read(token);
        };
        await TicksAsync(1);

        Assert.Equal(2, _group.Reads);
        Assert.Empty(_sink.Begun);
    }

    /// <summary>Step by step, as with a button.</summary>
    [Fact]
    public async Task Tick_SomebodyElseScalesAgain_HoldsTheNewestNumber()
    {
        await TicksAsync(1);
        foreach (var replicas in new[] { 2, 3, 2 })
        {
            _actuator.Scale = new ScaleSignal(replicas, replicas, 1, 8);
            await TicksAsync(3);
        }

        Assert.Empty(_actuator.Applied);
        Assert.Equal([2, 3, 2], _sink.Begun.Select(record => record.Override.Replicas));
    }

    [Fact]
    public async Task Tick_SomebodyElseScaledAgainstAWishWithoutAnEnd_TheWishStays()
    {
        await TicksAsync(1);
        await Journal.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Fixed, 5, null), Token);
        await TicksAsync(1);
        _actuator.Scale = new ScaleSignal(5, 5, 1, 8);
        await TicksAsync(1);

        _actuator.Scale = new ScaleSignal(6, 6, 1, 8);
        await TicksAsync(1);
        Assert.Equal([5, 5], _actuator.Applied);
    }

    [Fact]
    public async Task Tick_SomebodyElseScalesToTheNumberThatWasLastAskedFor_HoldsIt()
    {
        var enough = _policy.Next;
        await TicksAsync(1);
        _policy.Next = Act(3);
        await TicksAsync(1);
        _policy.Next = enough;
        foreach (var replicas in new[] { 3, 2, 3 })
        {
            _actuator.Scale = new ScaleSignal(replicas, replicas, 1, 8);
            await TicksAsync(1);
        }

        Assert.Equal(new ManualOverride(ScalingOverrideKind.Fixed, 3, _time.GetUtcNow() - _options.Interval + _options.ManualHold), _sink.Begun[^1].Override);
    }

    /// <summary>Whoever cannot be read does not say what it took.</summary>
    [Fact]
    public async Task Tick_OrchestratorTakesANumberAndCannotBeReadForLong_IsNoWish()
    {
        var enough = _policy.Next;
        await TicksAsync(1);
        (_policy.Next, _actuator.Answer) = (Act(3), new ActuationResult(false, "did not answer"));
        await TicksAsync(1);
        (_policy.Next, _actuator.Scale) = (enough, null);
        await TicksAsync(61);
        _actuator.Scale = new ScaleSignal(3, 3, 1, 8);
        await TicksAsync(2);

        Assert.Equal(ScalingOverrideKind.None, Overrides.Current.Kind);
    }

    /// <summary>A number that was refused is nobody's until somebody asks for it.</summary>
    [Fact]
    public async Task Tick_SomebodyElseScalesToANumberThatWasRefusedLongAgo_HoldsIt()
    {
        var enough = _policy.Next;
        await TicksAsync(1);
        (_policy.Next, _actuator.Answer) = (Act(3), new ActuationResult(false, "no"));
        await TicksAsync(1);
        _policy.Next = enough;
        await TicksAsync(1);
        _time.Advance(TimeSpan.FromMinutes(2));
        _actuator.Scale = new ScaleSignal(3, 3, 1, 8);
        await TicksAsync(1);

        Assert.Equal(3, _sink.Begun[^1].Override.Replicas);
    }

    /// <summary>Where nobody can be asked, members that come and go are no wishes.</summary>
    [Fact]
    public async Task Tick_NumberOfMembersChangesAndNobodyCanBeAsked_IsNoWish()
    {
        _actuator.CanAsk = false;
        await TicksAsync(1);
        _actuator.Scale = new ScaleSignal(4, 4, 1, 8);
        await TicksAsync(2);

        Assert.Empty(_sink.Begun);
    }

    /// <summary>The number may be that of the autoscaler beside it.</summary>
    [Fact]
    public async Task Tick_SomebodyElseScaledBesideADryRun_IsNoWish()
    {
        _options.DryRun = true;
        await TicksAsync(1);
        _actuator.Scale = new ScaleSignal(4, 4, 1, 8);
        await TicksAsync(2);

        Assert.Empty(_sink.Begun);
    }

    /// <summary>A replica that is to run and does not is asked for again, whoever wanted it.</summary>
    [Fact]
    public async Task Override_FixedAndAReplicaIsMissing_AsksForTheNumberAgain()
    {
        await TicksAsync(1);
        await Journal.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Fixed, 5, null), Token);
        _actuator.Scale = new ScaleSignal(5, 4, 1, 8);
        _policy.Next = Act(5) with { Cause = DecisionCause.ReplicaMissing };
        await TicksAsync(1);

        Assert.Equal([5], _actuator.Applied);
    }

    [Fact]
    public async Task Override_PausedByThePredecessor_StillHolds()
    {
        _policy.Next = Act(3);
        _log.Leading = new DecisionHistory(1, new ManualOverride(ScalingOverrideKind.Paused, null, null), [], null);
        await TicksAsync(1);

        Assert.Equal(DecisionCause.Paused, (await _sink.NextAsync()).Decision.Cause);
        Assert.Empty(_actuator.Applied);
    }

    /// <summary>It may be for a week.</summary>
    [Fact]
    public async Task Override_WithAnEnd_SaysTheDay()
    {
        await TicksAsync(1);
        await Journal.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Paused, null, Snapshots.Now.AddDays(2)), Token);
        await TicksAsync(1);

        Assert.Equal("Scaling is paused by hand until 2023-11-16 22:13:20 UTC.", Journal.Latest!.Decision.Reason);
    }

    [Fact]
    public async Task Override_BeforeTheFirstTickOfATerm_Holds()
    {
        Overrides.Adopt(_log.Leading!);
        await Journal.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Fixed, 5, null), Token);
        await TicksAsync(1);

        Assert.Equal([5], _actuator.Applied);
    }

    /// <summary>The topic keeps records for a week, and a successor learns of a wish from the last one.</summary>
    [Fact]
    public async Task Override_WithoutAnEnd_IsRecordedAgainEachDay()
    {
        await TicksAsync(1);
        await _sink.NextAsync();
        _time.Advance(TimeSpan.FromDays(1));
        await TicksAsync(1);
        Assert.False(_sink.HasAny);

        var paused = new ManualOverride(ScalingOverrideKind.Paused, null, null);
        await Journal.RecordOverrideAsync(paused, Token);
        await TicksAsync(2);
        await _sink.NextAsync();
        Assert.False(_sink.HasAny);
        for (var day = 0; day < 8; day++)
        {
            _time.Advance(TimeSpan.FromDays(1));
            await TicksAsync(2);

            Assert.Equal(paused, (await _sink.NextAsync()).Override);
            Assert.False(_sink.HasAny);
        }
    }

    [Fact]
    public async Task Override_NotDurable_DoesNotHold()
    {
        _sink.IsDurable = false;

        Assert.False(await Journal.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Fixed, 5, null), Token));
        await TicksAsync(2);
        Assert.Empty(_actuator.Applied);
    }

    /// <summary>The record may be delivered when Kafka is back, and the last one is what a successor takes over.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Override_NotDurable_IsFollowedByARecordOfWhatHolds(bool isCancelled)
    {
        var paused = new ManualOverride(ScalingOverrideKind.Paused, null, null);
        await TicksAsync(1);
        await Journal.RecordOverrideAsync(paused, Token);
        await TicksAsync(2);
        for (var hold = 0; hold < 2; hold++)
            await _sink.NextAsync();
        Assert.False(_sink.HasAny);
        _sink.IsDurable = false;

        if (isCancelled)
            await Assert.ThrowsAsync<OperationCanceledException>(() => Journal.RecordOverrideAsync(ManualOverride.None, new CancellationToken(true)));
        else
            Assert.False(await Journal.RecordOverrideAsync(ManualOverride.None, Token));
        await TicksAsync(1);

        var last = await _sink.NextAsync();
        Assert.Equal(paused, last.Override);
        Assert.True(string.CompareOrdinal(last.Id, _sink.Begun[^1].Id) > 0);
        Assert.Equal(last.Id, Journal.Recorded[^1].Id);
    }

    /// <summary>What is wanted since the clock was set right holds after a restart too, whatever the predecessor's clock said.</summary>
    [Fact]
    public async Task Override_PredecessorsClockWasAhead_IsTheLastRecord()
    {
        var ahead = Snapshots.Now.AddHours(1).ToUnixTimeMilliseconds();
        _log.Leading = new DecisionHistory(1, ManualOverride.None, [], null) { Newest = ahead };
        await TicksAsync(1);
        var before = (await _sink.NextAsync()).Id;
        await Journal.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Paused, null, null), Token);

        string[] ids = [DecisionHistory.IdOf(ahead, "fake"), before, _sink.Begun[0].Id];
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(_time.GetUtcNow(), _sink.Begun[0].DecidedAt);
    }

    [Fact]
    public async Task Tick_SomebodyElseScaledAndKafkaIsAwayForAMoment_DoesNotAskForTheOldNumber()
    {
        await TicksAsync(1);
        await Journal.RecordOverrideAsync(new ManualOverride(ScalingOverrideKind.Fixed, 5, Snapshots.Now.AddHours(1)), Token);
        await TicksAsync(1);
        _actuator.Scale = new ScaleSignal(5, 5, 1, 8);
        await TicksAsync(1);
        _actuator.Scale = new ScaleSignal(4, 4, 1, 8);
        _sink.Failures = 1;
        await TicksAsync(2);

        Assert.Equal([5], _actuator.Applied);
        Assert.Equal(4, Overrides.Current.Replicas);
    }

    [Fact]
    public async Task Tick_SomebodyElseScaledAndKafkaIsAway_HoldsTheirNumberWhenItIsBack()
    {
        await TicksAsync(1);
        _actuator.Scale = new ScaleSignal(4, 4, 1, 8);
        _sink.IsDurable = false;
        await TicksAsync(1);
        _sink.IsDurable = true;
        await TicksAsync(1);

        Assert.Equal([4, 4], _sink.Begun.Select(record => record.Override.Replicas));
    }
}
