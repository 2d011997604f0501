using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.Registry;
using StreamSocial.Autoscaler;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Autoscaler.Signals;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;
using StreamSocial.Streams.Membership;
using StreamSocial.Unit.Tests.Scaling;

namespace StreamSocial.Unit.Tests.Autoscaler;

public sealed class ControlLoopTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(Snapshots.Now);
    private readonly FakeGroup _group = new();
    private readonly FakeActuator _actuator = new("fake") { Scale = new ScaleSignal(1, 1, 1, 8) };
    private readonly FakePolicy _policy = new("fake");
    private readonly FakeSink _sink = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics()
        .AddResiliencePipeline<string, ActuationResult>(SelectedActuator.PipelineName, static _ => { }).BuildServiceProvider();
    private readonly FakeLog _log = new() { Leading = new DecisionHistory(1, ManualOverride.None, [], null) };
    private readonly AutoscalerOptions _options = new() { Policy = "fake", Actuator = "fake" };
    private ControlLoop? _loop;
    private DecisionJournal? _journal;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tick_PolicyActs_AppliesItAndRecordsTheOutcome()
    {
        _policy.Next = Act(3);
        await StartAsync();

        var record = await _sink.NextAsync();

        Assert.Equal([3], _actuator.Applied);
        Assert.Equal(("fake", 3, new ActuationResult(true, "done")), (record.Policy, record.Decision.Desired, record.Actuation));
        Assert.Equal(Snapshots.Now, record.DecidedAt);
    }

    [Fact]
    public async Task Tick_PolicyHolds_AppliesNothing()
    {
        await StartAsync();

        var record = await _sink.NextAsync();

        Assert.Null(record.Actuation);
        Assert.Empty(_actuator.Applied);
    }

    [Fact]
    public async Task Tick_OrchestratorRefuses_IsRecordedAndTriedAgainNextInterval()
    {
        _policy.Next = Act(3);
        _actuator.Answer = new ActuationResult(false, "no");
        await StartAsync();

        Assert.False((await _sink.NextAsync()).Actuation!.IsAccepted);
        _time.Advance(_options.Interval);
        Assert.False((await _sink.NextAsync()).Actuation!.IsAccepted);

        Assert.Equal([3, 3], _actuator.Applied);
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
        await StartAsync();

        var decision = (await _sink.NextAsync()).Decision;

        Assert.Equal((ScalingVerdict.Hold, DecisionCause.UnknownSignals, null, null), (decision.Verdict, decision.Cause, decision.Current, decision.Desired));
        Assert.Empty(_actuator.Applied);
    }

    [Fact]
    public async Task Tick_ReadingAndScale_ReachThePolicyTogether()
    {
        await StartAsync();
        await _sink.NextAsync();

        Assert.Equal(new ScaleSignal(1, 1, 1, 8), _policy.Seen!.Scale);
        Assert.Equal(["a"], _policy.Seen.Members!.Value.Select(member => member.MemberId));
    }

    [Fact]
    public async Task Tick_DryRun_RecordsTheDecisionAndChangesNothing()
    {
        _policy.Next = Act(3);
        _options.DryRun = true;
        await StartAsync();

        var record = await _sink.NextAsync();

        Assert.Equal(3, record.Decision.Desired);
        Assert.Contains("dry run", record.Actuation!.Detail, StringComparison.Ordinal);
        Assert.Empty(_actuator.Applied);
        Assert.Equal(new ScaleSignal(1, 1, 1, 8), _policy.Seen!.Scale);
    }

    [Fact]
    public async Task Start_NotEnabled_ReadsNothing()
    {
        _options.Enabled = false;
        await StartAsync();

        await _loop!.ExecuteTask!.WaitAsync(Limit, Token);

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

        await _loop!.StopAsync(Token).WaitAsync(Limit, Token);

        Assert.True(_loop.ExecuteTask!.IsCompletedSuccessfully);
        Assert.False(_sink.HasAny);
    }

    [Fact]
    public async Task Tick_UnexpectedError_EndsTheLoopWithIt()
    {
        _group.Read = _ => throw new InvalidOperationException("broken");
        await StartAsync();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _loop!.ExecuteTask!.WaitAsync(Limit, Token));

        Assert.Equal("broken", error.Message);
    }

    [Fact]
    public async Task Tick_DecisionIsNotDurable_IsNotDone()
    {
        _policy.Next = Act(3);
        _sink.IsDurable = false;
        await StartAsync();
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
        await StartAsync();
        _time.Advance(_options.Interval);
        Assert.Equal(0, _group.Reads);

        _log.Leading = leading;
        await TicksAsync(1);
        await AppliedAsync([3]);
    }

    [Fact]
    public async Task Tick_PredecessorEndedBeforeItActed_ActsOnceInItsPlace()
    {
        _log.Leading = new DecisionHistory(1, ManualOverride.None, [], new ScalingDecision { Verdict = ScalingVerdict.ScaleOut, DesiredReplicas = 4 });
        await StartAsync();
        await TicksAsync(2);

        Assert.Equal([4], _actuator.Applied);
    }

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

    [Fact]
    public async Task Tick_ActuatorThrows_IsAnAnswer()
    {
        _policy.Next = Act(3);
        _actuator.Error = new HttpRequestException("gone");
        await StartAsync();

        Assert.Equal("fake failed: gone", (await _sink.NextAsync()).Actuation!.Detail);
    }

    private async Task AppliedAsync(int[] expected)
    {
        for (var turns = 0; _actuator.Applied.Count < expected.Length && turns < 100_000; turns++)
            await Task.Yield();
        Assert.Equal(expected, _actuator.Applied.Take(expected.Length));
    }

    /// <summary>Lets intervals pass until the group was read so often.</summary>
    private async Task TicksAsync(int count)
    {
        for (var tick = 0; tick < count; tick++)
        {
            var before = _group.Reads;
            _time.Advance(_options.Interval);
            while (_group.Reads == before)
            {
                Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
        await Task.Yield();
    }

    public async ValueTask DisposeAsync()
    {
        if (_loop is { ExecuteTask.IsFaulted: false })
            await _loop.StopAsync(CancellationToken.None);
        _loop?.Dispose();
        await _services.DisposeAsync();
    }

    private async Task StartAsync()
    {
        var overrides = new OverrideHolder(_time);
        var options = Options.Create(_options);
        _journal = new DecisionJournal(_sink, overrides, new AutoscalerMetrics(_services.GetRequiredService<IMeterFactory>()), _time, NullLogger<DecisionJournal>.Instance);
        // The loop has to find its own among others.
        var actuator = new SelectedActuator([new FakeActuator("other"), _actuator], options, _services.GetRequiredService<ResiliencePipelineProvider<string>>());
        var decider = new Decider([new FakePolicy("other"), _policy, new FreshnessPolicy()], overrides, options);
        _loop = new ControlLoop(_group, _log, decider, actuator, _journal, _time);
        await _loop.StartAsync(Token);
    }

    private static PolicyDecision Act(int replicas) =>
        new(ScalingVerdict.ScaleOut, DecisionCause.Load, 1, replicas, replicas, "more", ImmutableSortedDictionary<string, double>.Empty, []);

    private sealed class FakeGroup : IGroupSource
    {
        public int Reads { get; private set; }

        public Func<CancellationToken, Task<GroupReading>> Read { get; set; } = _ => Task.FromResult(GroupReading.Create(
            Snapshots.Now, [], [new Member { MemberId = "a", ReportedAt = Snapshots.Now.ToUnixTimeMilliseconds() }], TimeSpan.FromSeconds(10)));

        public Task<GroupReading> ReadAsync(CancellationToken cancellationToken)
        {
            Reads++;
            return Read(cancellationToken);
        }
    }

    private sealed class FakePolicy(string name) : IScalingPolicy
    {
        public string Name => name;

        public PolicyDecision Next { get; set; } =
            new(ScalingVerdict.Hold, DecisionCause.OnTarget, 1, 1, 1, "enough", ImmutableSortedDictionary<string, double>.Empty, []);

        public ScalingSnapshot? Seen { get; private set; }

        public PolicyDecision Decide(ScalingSnapshot snapshot, ScalingOptions options, DateTimeOffset now)
        {
            Seen = snapshot;
            return Next;
        }
    }

    private sealed class FakeActuator(string name) : IReplicaActuator
    {
        public string Name => name;

        public ScaleSignal? Scale { get; set; }

        public ActuationResult Answer { get; set; } = new(true, "done");

        public List<int> Applied { get; } = [];

        public Exception? Error { get; set; }

        public Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(Scale);

        public Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken)
        {
            if (Error is not null)
                throw Error;
            Applied.Add(replicas);
            return Task.FromResult(Answer);
        }
    }

    private sealed class FakeSink : IDecisionSink
    {
        private readonly Channel<DecisionRecord> _records = Channel.CreateUnbounded<DecisionRecord>();

        public bool HasAny => _records.Reader.Count > 0;

        public bool IsDurable { get; set; } = true;

        public List<DecisionRecord> Begun { get; } = [];

        public void Publish(DecisionRecord record) => Assert.True(_records.Writer.TryWrite(record));

        public Task<bool> PublishAsync(DecisionRecord record, CancellationToken cancellationToken)
        {
            Begun.Add(record);
            return Task.FromResult(IsDurable);
        }

        public async Task<DecisionRecord> NextAsync() => await _records.Reader.ReadAsync(Token).AsTask().WaitAsync(Limit, Token);
    }

    private sealed class FakeLog : IDecisionLog
    {
        public DecisionHistory? Leading { get; set; }
    }
}
