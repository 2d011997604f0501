using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;
using StreamSocial.Unit.Tests.Scaling;

namespace StreamSocial.Unit.Tests.Autoscaler;

/// <summary>Reading, deciding, acting and recording, once an interval.</summary>
public sealed class ControlLoopTests : ControlLoopTestBase
{
    [Fact]
    public async Task Tick_PolicyActs_AppliesItAndRecordsTheOutcome()
    {
        _policy.Next = Act(3);
        await TicksAsync(1);

        var record = await _sink.NextAsync();

        Assert.Equal([3], _actuator.Applied);
        Assert.Equal(("fake", 3, new ActuationResult(true, "done")), (record.Policy, record.Decision.Desired, record.Actuation));
        Assert.Equal(Snapshots.Now, record.DecidedAt);
    }

    [Fact]
    public async Task Tick_PolicyHolds_AppliesNothing()
    {
        await TicksAsync(1);

        var record = await _sink.NextAsync();

        Assert.Null(record.Actuation);
        Assert.Empty(_actuator.Applied);
    }

    [Fact]
    public async Task Tick_OrchestratorRefuses_IsRecordedOnceAndTriedAgainNextInterval()
    {
        _policy.Next = Act(3);
        _actuator.Answer = new ActuationResult(false, "no");
        await TicksAsync(2);

        Assert.False((await _sink.NextAsync()).Actuation!.IsAccepted);
        Assert.False(_sink.HasAny);
        Assert.Single(_sink.Begun);
        Assert.Equal([3, 3], _actuator.Applied);

        _policy.Next = Act(4);
        await TicksAsync(1);
        Assert.Equal(4, (await _sink.NextAsync()).Decision.Desired);
    }

    [Fact]
    public async Task Tick_OrchestratorTakesWhatItRefusedBefore_IsRecordedAnewAsDone()
    {
        _policy.Next = Act(3);
        _actuator.Answer = new ActuationResult(false, "no");
        await TicksAsync(2);
        var refused = await _sink.NextAsync();
        _actuator.Answer = new ActuationResult(true, "done");
        await TicksAsync(2);

        var done = await _sink.NextAsync();
        Assert.True(done.Actuation!.IsAccepted);
        Assert.Equal([(refused.Id, false), (done.Id, true)], Journal.Recorded.Take(2).Select(record => (record.Id, record.Actuation!.IsAccepted)));
        Assert.Equal((done.DecidedAt, 3), _policy.Seen!.Steps.Select(step => (step.At, step.To)).Single());
    }

    /// <summary>The load that asked for them is no sign that fewer would do.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tick_NotDone_CountsWhatWasRecommended(bool isDurable)
    {
        await TicksAsync(1);
        _policy.Next = Act(3);
        (_sink.IsDurable, _actuator.Answer) = (isDurable, new ActuationResult(false, "no"));
        await TicksAsync(3);

        Assert.Equal([1, 3, 3], _policy.Seen!.Recommendations.Select(past => past.Replicas));
        Assert.Empty(_policy.Seen.Steps);
    }

    /// <summary>What another autoscaler did meanwhile is not known.</summary>
    [Fact]
    public async Task Tick_RefusedBeforeAnotherAutoscalerDecided_IsRecordedAnew()
    {
        _policy.Next = Act(3);
        _actuator.Answer = new ActuationResult(false, "no");
        await TicksAsync(1);
        _log.Leading = null;
        await TicksAsync(1);
        Assert.Null(Journal.Latest);

        _log.Leading = new DecisionHistory(2, ManualOverride.None, [], null);
        await TicksAsync(1);
        Assert.Equal(2, _sink.Begun.Count);
    }

    [Fact]
    public async Task Tick_EveryInterval_DecidesOnce()
    {
        _policy.Next = Act(3);
        await StartAsync();

        List<DateTimeOffset> times = [(await _sink.NextAsync()).DecidedAt];
        for (var quarter = 0; quarter < 8; quarter++)
        {
            _time.Advance(_options.Interval / 4);
            if (quarter % 4 == 3)
                times.Add((await _sink.NextAsync()).DecidedAt);
        }

        Assert.Equal([Snapshots.Now, Snapshots.Now + _options.Interval, Snapshots.Now + (_options.Interval * 2)], times);
        Assert.Equal(3, _group.Reads);
    }

    [Fact]
    public async Task Tick_ScaleUnknown_HoldsWithTheRealPolicy()
    {
        _options.Policy = FreshnessPolicy.PolicyName;
        _actuator.Scale = null;
        await TicksAsync(1);

        var decision = (await _sink.NextAsync()).Decision;

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.UnknownSignals, null, null), (decision.Verdict, decision.Cause, decision.Current, decision.Desired));
        Assert.Empty(_actuator.Applied);
    }

    [Fact]
    public async Task Tick_ReadingAndScale_ReachThePolicyTogether()
    {
        await TicksAsync(1);
        await _sink.NextAsync();

        Assert.Equal(new ScaleSignal(1, 1, 1, 8), _policy.Seen!.Scale);
        Assert.Equal(["a"], _policy.Seen.Members!.Value.Select(member => member.MemberId));
    }

    [Fact]
    public async Task Tick_DryRun_RecordsTheDecisionAndChangesNothing()
    {
        _policy.Next = Act(3);
        _options.DryRun = true;
        await TicksAsync(1);

        var record = await _sink.NextAsync();

        Assert.Equal(3, record.Decision.Desired);
        Assert.Contains("dry run", record.Actuation!.Detail, StringComparison.Ordinal);
        Assert.EndsWith("-dry-run", record.Id, StringComparison.Ordinal);
        Assert.Empty(_actuator.Applied);
        Assert.Equal(new ScaleSignal(1, 1, 1, 8), _policy.Seen!.Scale);
    }

    [Fact]
    public async Task Tick_DryRunDecidesTheSameAgain_IsOneRecordAndNoStep()
    {
        _policy.Next = Act(3);
        _options.DryRun = true;
        _log.Leading = new DecisionHistory(1, ManualOverride.None, [new ScalingStep(Snapshots.Now.AddMinutes(-1), 1, 2, null)], null);
        await TicksAsync(10);

        Assert.Single(_sink.Begun);
        Assert.NotNull((await _sink.NextAsync()).Actuation);
        Assert.False(_sink.HasAny);
        Assert.Single(Journal.Recorded);
        Assert.Empty(_policy.Seen!.Steps);
        Assert.Equal(9, _policy.Seen.Recommendations.Length);
    }

    [Fact]
    public async Task Start_NotEnabled_ReadsNothing()
    {
        _options.Enabled = false;
        await StartAsync();

        await Loop.ExecuteTask!.WaitAsync(Limit, Token);

        Assert.Equal(0, _group.Reads);
    }

    [Fact]
    public async Task Stop_WhileAReadIsPending_EndsWithoutAnError()
    {
        var reads = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _group.Read = async token =>
        {
            reads.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("not reached");
        };
        await StartAsync();
        await reads.Task.WaitAsync(Limit, Token);

        await Loop.StopAsync(Token).WaitAsync(Limit, Token);

        Assert.True(Loop.ExecuteTask!.IsCompletedSuccessfully);
        Assert.False(_sink.HasAny);
    }

    [Fact]
    public async Task Tick_UnexpectedError_EndsTheLoopWithIt()
    {
        _group.Read = _ => throw new InvalidOperationException("broken");
        await StartAsync();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Loop.ExecuteTask!.WaitAsync(Limit, Token));

        Assert.Equal("broken", error.Message);
    }

    [Fact]
    public async Task Tick_DecisionIsNotDurable_IsNotDone()
    {
        _policy.Next = Act(3);
        _sink.IsDurable = false;
        await TicksAsync(2);

        Assert.Equal(2, _sink.Begun.Count);
        Assert.Empty(_actuator.Applied);
    }

    [Fact]
    public async Task Tick_AnotherAutoscalerDecides_DoesNothing()
    {
        _policy.Next = Act(3);
        var leading = _log.Leading;
        _log.Leading = null;
        await TicksAsync(1);
        Assert.Equal(0, _group.Reads);

        _log.Leading = leading;
        await TicksAsync(1);
        Assert.Equal([3], _actuator.Applied);
    }

    [Fact]
    public async Task Tick_PredecessorEndedBeforeItActed_ActsOnceInItsPlaceAndRecordsTheAnswer()
    {
        var unfinished = new ScalingDecision
        {
            DecisionId = "7",
            DecidedAt = Snapshots.Now.ToUnixTimeMilliseconds(),
            Verdict = ScalingVerdict.ScaleOut,
            CurrentReplicas = 1,
            DesiredReplicas = 4,
        };
        _log.Leading = new DecisionHistory(1, ManualOverride.None, [], unfinished);
        await TicksAsync(2);

        Assert.Equal([4], _actuator.Applied);
        var answered = Assert.Single(_sink.Answered);
        Assert.Equal(("7", "done", true), (answered.DecisionId, answered.Actuation, answered.Accepted));
        Assert.Equal((1, 4), (_policy.Seen!.Steps.Single().From, _policy.Seen.Steps.Single().To));
    }

    /// <summary>Somebody may have asked for another number since.</summary>
    [Fact]
    public async Task Tick_PredecessorEndedLongAgoBeforeItActed_DecidesAnew()
    {
        var unfinished = new ScalingDecision
        {
            DecisionId = "7",
            DecidedAt = Snapshots.Now.AddSeconds(-61).ToUnixTimeMilliseconds(),
            Verdict = ScalingVerdict.ScaleOut,
            CurrentReplicas = 1,
            DesiredReplicas = 4,
        };
        _log.Leading = new DecisionHistory(1, ManualOverride.None, [], unfinished);
        await TicksAsync(1);

        Assert.Empty(_actuator.Applied);
        Assert.Empty(_sink.Answered);
        Assert.Equal(1, _group.Reads);
    }

    /// <summary>What is recommended from now on is not older than a step that was done already.</summary>
    [Fact]
    public async Task Tick_PredecessorsClockWasAhead_ItsStepsWereNoLaterThanNow()
    {
        var ahead = Snapshots.Now.AddHours(1);
        var unfinished = new ScalingDecision { DecisionId = "7", DecidedAt = ahead.ToUnixTimeMilliseconds(), Verdict = ScalingVerdict.ScaleOut, CurrentReplicas = 2, DesiredReplicas = 4 };
        _log.Leading = new DecisionHistory(1, ManualOverride.None, [new ScalingStep(Snapshots.Now.AddMinutes(-1), 1, 3, null), new ScalingStep(ahead, 3, 2, null)], unfinished);
        await TicksAsync(2);

        Assert.Equal([Snapshots.Now.AddMinutes(-1), Snapshots.Now], _policy.Seen!.Steps.Select(step => step.At));
        Assert.Empty(_actuator.Applied);
    }

    /// <summary>Partitions of which nobody says how long their records wait are not fresh.</summary>
    [Theory]
    [InlineData(null, false)]
    [InlineData(0.0, true)]
    public async Task Tick_AgesAreNotKnownAfterAStep_TargetIsReachedWhenTheyAre(double? seconds, bool isAtLeast)
    {
        TimeSpan? age = seconds is { } known ? TimeSpan.FromSeconds(known) : null;
        _group.Read = _ => Task.FromResult(Aged(age, isAtLeast));
        await StepAsync();
        await TicksAsync(20);
        Assert.All(Journal.Recorded, record => Assert.Null(record.Outcome));

        (age, isAtLeast) = (TimeSpan.Zero, false);
        await TicksAsync(1);

        var outcome = Assert.Single(Journal.Recorded, record => record.Outcome is not null).Outcome!;
        Assert.Equal(21, outcome.SecondsToTarget);
        Assert.InRange(outcome.SecondsToSettle, 1, 10);
    }

    [Fact]
    public async Task Tick_ClockIsSetBackAfterAStep_RecordsNoResult()
    {
        _group.Read = _ => Task.FromResult(Aged(TimeSpan.Zero, isAtLeast: false));
        await StepAsync();
        _time.AdjustTime(Snapshots.Now.AddHours(-1));
        await TicksAsync(20);

        Assert.All(Journal.Recorded, record => Assert.Null(record.Outcome));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tick_AnotherAutoscalerBeginsWhileThisOneReads_DoesAndRecordsNothing(bool acts)
    {
        if (acts)
            _policy.Next = Act(3);
        var read = _group.Read;
        _group.Read = token =>
        {
            _log.Leading = null;
            return read(token);
        };
        await TicksAsync(1);

        Assert.Equal(1, _group.Reads);
        Assert.Empty(_actuator.Applied);
        Assert.Empty(_sink.Begun);
        Assert.False(_sink.HasAny);
    }

    /// <summary>It would take the number for a person's wish.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tick_AnotherAutoscalerBeginsWhileTheDecisionIsRecorded_AsksForNothing(bool decidesAgain)
    {
        _policy.Next = Act(3);
        _sink.Meanwhile = () => _log.Leading = decidesAgain ? new DecisionHistory(2, ManualOverride.None, [], null) : null;
        await TicksAsync(1);

        Assert.Single(_sink.Begun);
        Assert.Empty(_actuator.Applied);
        Assert.False(_sink.HasAny);
    }

    [Fact]
    public async Task Tick_ActuatorThrows_IsAnAnswer()
    {
        _policy.Next = Act(3);
        _actuator.Error = new HttpRequestException("gone");
        await TicksAsync(1);

        Assert.Equal("fake failed: gone", (await _sink.NextAsync()).Actuation!.Detail);
    }

    /// <summary>Goes to three replicas, which run at once.</summary>
    private async Task StepAsync()
    {
        var enough = _policy.Next;
        _policy.Next = Act(3);
        await TicksAsync(1);
        (_policy.Next, _actuator.Scale) = (enough, new ScaleSignal(3, 3, 1, 8));
    }

    /// <summary>Three members, and two partitions: of one nothing waits, of the other so long.</summary>
    private GroupReading Aged(TimeSpan? age, bool isAtLeast)
    {
        var now = _time.GetUtcNow();
        var reading = GroupReading.Create(
            now,
            [new TopicLogEnds("t", [10, 10])],
            [
                .. Enumerable.Range(0, 3).Select(i => new Member
                {
                    MemberId = $"m{i}",
                    ReportedAt = now.ToUnixTimeMilliseconds(),
                    Topics = { new MemberTopic { Topic = "t", Partitions = { 0, 1 }, NextOffsets = { 10, 9 } } },
                }),
            ],
            TimeSpan.FromSeconds(10));
        var (fresh, other) = (reading.Topics[0].Partitions[0] with { OldestAge = TimeSpan.Zero }, reading.Topics[0].Partitions[1] with { OldestAge = age, IsAgeAtLeast = isAtLeast });
        return reading with { Topics = [reading.Topics[0] with { Partitions = [fresh, other] }] };
    }
}
