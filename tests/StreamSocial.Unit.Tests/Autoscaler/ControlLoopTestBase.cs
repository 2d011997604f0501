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

/// <summary>A control loop among fakes, with a clock that the test drives.</summary>
public abstract class ControlLoopTestBase : IAsyncDisposable
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private protected readonly FakeTimeProvider _time = new(Snapshots.Now);
    private protected readonly FakeGroup _group = new();
    private protected readonly FakeActuator _actuator = new("fake") { Scale = new ScaleSignal(1, 1, 1, 8) };
    private protected readonly FakePolicy _policy = new("fake");
    private protected readonly FakeSink _sink = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics()
        .AddResiliencePipeline<string, ActuationResult>(SelectedActuator.PipelineName, static _ => { }).BuildServiceProvider();
    private protected readonly FakeLog _log = new() { Leading = new DecisionHistory(1, ManualOverride.None, [], null) };
    private protected readonly AutoscalerOptions _options = new() { Policy = "fake", Actuator = "fake" };
    private (ControlLoop Loop, DecisionJournal Journal, OverrideHolder Overrides)? _created;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Made at first use, so that a test can set options before.</summary>
    private protected ControlLoop Loop => (_created ??= Create()).Loop;

    private protected DecisionJournal Journal => (_created ??= Create()).Journal;

    private protected OverrideHolder Overrides => (_created ??= Create()).Overrides;

    /// <summary>Ticks so often, an interval apart; without a timer, so that a tick has ended when the test goes on.</summary>
    private protected async Task TicksAsync(int count)
    {
        for (var tick = 0; tick < count; tick++)
        {
            await Loop.TickAsync(Token);
            _time.Advance(_options.Interval);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Loop.ExecuteTask is { IsFaulted: false })
            await Loop.StopAsync(CancellationToken.None);
        Loop.Dispose();
        await _services.DisposeAsync();
    }

    private protected Task StartAsync() => Loop.StartAsync(Token);

    private (ControlLoop Loop, DecisionJournal Journal, OverrideHolder Overrides) Create()
    {
        var overrides = new OverrideHolder(_time);
        var options = Options.Create(_options);
        var journal = new DecisionJournal(_sink, overrides, new AutoscalerMetrics(_services.GetRequiredService<IMeterFactory>()), options, _time, NullLogger<DecisionJournal>.Instance);
        // The loop has to find its own among others.
        var actuator = new SelectedActuator([new FakeActuator("other"), _actuator], options, _services.GetRequiredService<ResiliencePipelineProvider<string>>());
        var decider = new Decider([new FakePolicy("other"), _policy, new FreshnessPolicy()], overrides, options);
        return (new ControlLoop(_group, _log, decider, actuator, journal, _time), journal, overrides);
    }

    private protected static PolicyDecision Act(int replicas) =>
        new(ScalingVerdict.ScaleOut, DecisionCause.Load, 1, replicas, replicas, "more", ImmutableSortedDictionary<string, double>.Empty, []);
}

internal sealed class FakeGroup : IGroupSource
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

internal sealed class FakePolicy(string name) : IScalingPolicy
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

internal sealed class FakeActuator(string name) : IReplicaActuator
{
    public string Name => name;

    public bool CanAsk { get; set; } = true;

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

internal sealed class FakeSink : IDecisionSink
{
    private readonly Channel<DecisionRecord> _records = Channel.CreateUnbounded<DecisionRecord>();

    public bool HasAny => _records.Reader.Count > 0;

    public bool IsDurable { get; set; } = true;

    /// <summary>So many of the next records are not durable in time.</summary>
    public int Failures { get; set; }

    /// <summary>What happens in the time that a record takes.</summary>
    public Action Meanwhile { get; set; } = static () => { };

    public List<DecisionRecord> Begun { get; } = [];

    public List<ScalingDecision> Answered { get; } = [];

    public void Publish(DecisionRecord record) => Assert.True(_records.Writer.TryWrite(record));

    public void Publish(ScalingDecision decision) => Answered.Add(decision);

    public Task<bool> PublishAsync(DecisionRecord record, CancellationToken cancellationToken)
    {
        Begun.Add(record);
        Meanwhile();
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(IsDurable && (Failures == 0 || Failures-- == 0));
    }

    public async Task<DecisionRecord> NextAsync() => await _records.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(ControlLoopTestBase.Limit, TestContext.Current.CancellationToken);
}

internal sealed class FakeLog : IDecisionLog
{
    public DecisionHistory? Leading { get; set; }
}
