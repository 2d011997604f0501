using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Autoscaler;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Policies;
using StreamSocial.Autoscaler.Signals;
using StreamSocial.Events;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Autoscaler;

public sealed class ControlLoopTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(Snapshots.Now);
    private readonly FakeGroup _group = new();
    private readonly FakeActuator _actuator = new("fake") { Scale = new ScaleSignal(1, 1, 1, 8) };
    private readonly FakePolicy _policy = new("fake");
    private readonly FakeSink _sink = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly AutoscalerOptions _options = new() { Policy = "fake", Actuator = "fake" };
    private ControlLoop? _loop;

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
        _options.Policy = LagAndRatePolicy.PolicyName;
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

    public async ValueTask DisposeAsync()
    {
        if (_loop is { ExecuteTask.IsFaulted: false })
            await _loop.StopAsync(CancellationToken.None);
        _loop?.Dispose();
        await _services.DisposeAsync();
    }

    private async Task StartAsync()
    {
        var journal = new DecisionJournal(_sink, new AutoscalerMetrics(_services.GetRequiredService<IMeterFactory>()), NullLogger<DecisionJournal>.Instance);
        // The loop has to find its own among others.
        _loop = new ControlLoop(
            _group,
            [new FakePolicy("other"), _policy, new LagAndRatePolicy()],
            [new FakeActuator("other"), _actuator],
            journal,
            Options.Create(_options),
            _time);
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

        public PolicyDecision Decide(ScalingSnapshot snapshot, AutoscalerOptions options, DateTimeOffset now)
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

        public Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(Scale);

        public Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken)
        {
            Applied.Add(replicas);
            return Task.FromResult(Answer);
        }
    }

    private sealed class FakeSink : IDecisionSink
    {
        private readonly Channel<DecisionRecord> _records = Channel.CreateUnbounded<DecisionRecord>();

        public bool HasAny => _records.Reader.Count > 0;

        public void Publish(DecisionRecord record) => Assert.True(_records.Writer.TryWrite(record));

        public async Task<DecisionRecord> NextAsync() => await _records.Reader.ReadAsync(Token).AsTask().WaitAsync(Limit, Token);
    }
}
