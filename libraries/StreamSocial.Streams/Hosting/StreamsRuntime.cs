using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Streams.Reporting;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State.Memory;
using StreamSocial.Streams.State.Disk;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Hosting;

/// <summary>
/// One member of the group: builds its parts, starts them when the server listens (other members must be able to reach it), and stops them
/// in the order that hands the partitions over: tasks, group, the member's last report, producers.
/// </summary>
internal sealed partial class StreamsRuntime : IHostedLifecycleService, ITaskReader
{
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReleasePoll = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest time for all clients together: what they have not found then, the first records wait for.</summary>
    private static readonly TimeSpan ClientsTimeout = TimeSpan.FromSeconds(10);

    private readonly ApplicationDefinition _application;
    private readonly ClusterAccess _cluster;
    private readonly StreamsOptions _options;
    private readonly RuntimeHost _host;
    private readonly ILogger _logger;
    private readonly Meter _meter;
    private readonly IServer? _server;
    private readonly IReadOnlyList<IReplicatedTable> _tables;
    private readonly MemberContext _member;
    private readonly TaskSupervisor _supervisor;
    private readonly Successors? _successors;
    private readonly FormerOwners? _formerOwners;
    private readonly ProducerPool _pool;
    private readonly RetainedStateCache _retained;
    private readonly DiskSpace? _disk;
    private readonly DiskStates? _diskStates;
    private readonly OutputRetention? _retention;
    private readonly Namesakes _namesakes;
    private readonly InputTopicWatch _inputs;
    private readonly CancellationTokenSource _stopping = new();
    private Task _successor = Task.CompletedTask;
    private Task _targets = Task.CompletedTask;
    private string? _cannotStart;
    private IReadOnlyList<Lane> _lanes = [];
    private TaskRestorers? _restorers;
    private GroupMembership? _membership;
    private MemberReporter? _reporter;
    private OutputRetentionFollower? _follower;
    private LaneWatch? _watch;
    private TaskWatch? _taskWatch;

    /// <param name="application">What to run.</param>
    /// <param name="cluster">Where to run it.</param>
    /// <param name="options">The runtime's options.</param>
    /// <param name="host">What the host provides.</param>
    /// <param name="meters">Creates the meter.</param>
    /// <param name="server">Knows the address of this member where no endpoint is advertised; null when the host has no server.</param>
    public StreamsRuntime(
        ApplicationDefinition application, ClusterAccess cluster, IOptions<StreamsOptions> options, RuntimeHost host, IMeterFactory meters, IServer? server = null)
    {
        (_application, _cluster, _options, _host, _server) = (application, cluster, options.Value, host, server);
        _logger = Logger<StreamsRuntime>();
        _meter = meters.Create(StreamsMetrics.MeterName);
        _tables = [.. application.Tables];
        IReadOnlyList<StageDefinition> stages = [.. application.Stages];
        var layout = new CatalogLayout(application.Application.Topics);
        _pool = new ProducerPool(cluster.Settings, cluster.Limits, cluster.Producers, stages.Sum(stage => layout.PartitionCountOf(stage.InputTopic)), Logger<ProducerPool>());
        _disk = _options.Store == StreamsStore.Disk ? OpenStore() : null;
        _retained = new RetainedStateCache(_options, host.Time);
        var poisonLogger = Logger<PoisonEntry>();
        if (cluster.Settings.IsEmbedded)
            _retention = new OutputRetention(_pool, stages, _tables.Select(table => table.Topic), layout, _options);
        _inputs = new InputTopicWatch(
            new TopicIds(cluster.Settings, Logger<TopicIds>()), [.. stages.Select(stage => stage.InputTopic)], host.Time, Logger<InputTopicWatch>());
        var environment = new TaskEnvironment(_options.MemberId, layout, _retention is null ? _pool : _retention, _options.MaxTries, host.Fatal.Report)
        {
            OnPoison = entry => PoisonEntryLog.Write(poisonLogger, entry),
            Stores = _disk is null ? InMemoryStores.Instance : _disk,
            RetainedStates = _retained,
            Limits = cluster.Limits,
            Instruments = new StreamsInstruments(_meter, _options.GroupId),
            InputTopicIdOf = _inputs.IdOf,
            Controls = () => cluster.Controls.Current,
            SourceExpiry = SourceExpiry.AfterRetention(RetentionOf, _options.SourceMemory, stages.Select(stage => stage.InputTopic)),
        };
        _member = new MemberContext(cluster.Settings, _options, stages, environment, host);
        _diskStates = _disk is null ? null : new DiskStates(_disk, _retained, _member);
        _namesakes = new Namesakes(_member, cluster.MemberTable, cluster.Addresses);
        _successors = HandsOverWarm ? new Successors(_options, cluster.Settings.IsEmbedded, cluster.Members, host.Time, Logger<Successors>()) : null;
        _formerOwners = cluster.Settings.IsEmbedded ? null : new FormerOwners(_member, cluster.Members, _stopping.Token);
        _supervisor = new TaskSupervisor(_member, new RebalanceEventWriter(environment, cluster.Reports, application.Application.RebalanceEventsTopic, host.Time), _successors, _formerOwners);
    }

    public AuditCounters Audit => _member.Environment.Audit;

    public MemberTotals Totals => _member.Environment.Totals;

    /// <summary>Whether partitions are handed over warm: a KIP-848 group waits for their owners.</summary>
    private bool HandsOverWarm => _options.GroupProtocol == StreamsGroupProtocol.Consumer && _options.WarmUpBudget > TimeSpan.Zero;

    /// <inheritdoc cref="TaskSupervisor.HasAssignment"/>
    public bool HasAssignment => _supervisor.HasAssignment;

    public int Restoring => _supervisor.Restoring;

    /// <summary>Bytes of the disk store's files; null without one, and after the end.</summary>
    public long? StoreFileBytes => _disk?.Database.FileBytes;

    /// <summary>Input positions of this member's tasks: acknowledged and committed, -1 where there is none.</summary>
    public IReadOnlyList<(TaskId Task, long Acknowledged, long Committed)> Positions =>
        [.. _supervisor.Tasks.Select(task => (task.Id, task.AcknowledgedOffset, task.CommittedOffset))];

    /// <summary>The tasks that stopped alone and do not run now.</summary>
    public IReadOnlyList<TaskBackoff> Failed => _supervisor.Failed;

    /// <summary>A table that has not yet been read to its end once; null when all have.</summary>
    public string? TableBehind => _tables.FirstOrDefault(table => !table.IsCaughtUp)?.Topic;

    /// <summary>The topic that says which stages are paused while it has not been read to its end; null when it has, or there is none.</summary>
    public string? ControlsBehind => _cluster.Controls.IsCaughtUp ? null : _cluster.Controls.Topic;

    /// <summary>Progress of the restores; null before the member started.</summary>
    public RestoreProgress? Restore => _restorers?.Progress;

    /// <summary>Number of retained states of closed tasks.</summary>
    public int RetainedStates => _retained.Count;

    public int Assigned => _supervisor.Tasks.Count();

    public int Producers => _pool.Count;

    /// <summary>The consumer group.</summary>
    public string GroupId => _options.GroupId;

    /// <summary>Records handed to producers since the start, by topic.</summary>
    public IReadOnlyDictionary<string, long> Sent => _pool.Sent;

    /// <summary>Records sent and not yet acknowledged.</summary>
    public long InFlight => _pool.InFlight;

    /// <summary>Why checkpoints do not become durable; null when they do.</summary>
    public string? CheckpointProblem => _member.Environment.CheckpointHealth.Problem;

    /// <summary>Which lanes stand still; null when none does.</summary>
    public string? Standstill => _watch?.Problem;

    /// <summary>Which tasks process or checkpoint nothing though they could; null when none.</summary>
    public string? StuckTasks => _taskWatch?.Problem;

    /// <summary>Whose unprocessed records retention will soon take; null when nobody's.</summary>
    public string? RetentionAlarm => _taskWatch?.Alarm;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        StreamsMetrics.Register(_meter, this);
        return Task.CompletedTask;
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (_cannotStart is not null)
        {
            _host.Fatal.Stop(_cannotStart);
            return;
        }

        var fitness = new ClusterFitness(_application.Application, _cluster, _member, _tables);
        var steps = new StartSteps(_host.Time, Logger<StartSteps>());
        if (!await steps.TakeAsync("the brokers' settings", () => fitness.IsFitAsync(cancellationToken))
            || !await steps.TakeAsync("the reports of others with its name", () => _namesakes.IsNameFreeAsync(Endpoint(), cancellationToken)))
            return;
        // Before the first task: a paused stage does not run for a moment after each start.
        if (!await steps.TakeAsync("the stages that are paused", _cluster.Controls.WaitUntilCaughtUpAsync, cancellationToken))
            return;
        _formerOwners?.FencePredecessor();
        if (!_cluster.Settings.IsEmbedded && !await steps.TakeAsync("the ids of its inputs", _inputs.ReadAsync, cancellationToken))
            return;
        if (_diskStates is not null && !await steps.TakeAsync("the states on disk", _diskStates.TakeAsync, cancellationToken))
            return;
        if (_options.CompileFirst && !await steps.TakeAsync("its code to be compiled", CompileAsync, cancellationToken))
            return;
        var lanes = _options.LaneCount;
        var shared = new SharedByLanes(_pool, new RateQuota(_options.MaxEntriesPerSecond, _host.Time), _retention);
        _lanes = [.. Enumerable.Range(0, lanes).Select(index => new Lane(index, _member, shared, CreateCheckpointWriter(index), _supervisor.OnFailed))];
        if (!await steps.TakeAsync("its clients to find the brokers", _ => Task.Run(PrepareClients, CancellationToken.None), cancellationToken))
            return;
        var lag = new InputLag(new LogEndReader(_cluster.Settings, Logger<LogEndReader>()), _cluster.Members, _member.Inputs, _host.Time);
        _restorers = new TaskRestorers(_member, lag, _supervisor.OnRestored, _supervisor.OnNotRestored);
        _supervisor.Use(_lanes, _restorers);
        _membership = new GroupMembership(
            _cluster.Settings, _options, [.. _member.Stages.Select(stage => stage.InputTopic)], _host, _supervisor,
            AssignmentCheck.Create(_cluster.Settings, _options, _cluster.Members, _member.Inputs, _host.Loggers));
        _reporter = new MemberReporter(_member, _supervisor, _tables, new ReportTarget(_cluster.Reports, _application.Application.MembersTopic), lanes, Endpoint());
        if (_retention is not null)
        {
            _follower = new OutputRetentionFollower(_retention, _cluster.Members);
            _follower.Start(_host.Fatal.Report);
        }
        foreach (var lane in _lanes)
            lane.Start();
        _watch = new LaneWatch([.. _lanes.Select(lane => (lane.Name, (Func<TimeSpan>)(() => lane.SinceTurn)))], _host.Time, Logger<LaneWatch>());
        _watch.Start();
        _taskWatch = new TaskWatch(() => ReadProgress(lag), RetentionOf, _options.CheckpointInterval, _host.Time, Logger<TaskWatch>());
        _taskWatch.Start();
        _restorers.Start();
        if (!_cluster.Settings.IsEmbedded)
            _inputs.Start(_supervisor.OnInputKnown, _supervisor.OnInputReplaced, _host.Fatal.Report);
        _reporter.Start(_host.Fatal.Report);
        _successor = Task.Run(() => _namesakes.EndWhenSucceededAsync(_reporter.StartedAt, _stopping.Token), CancellationToken.None);
        LogJoining(_options.GroupId);
        _membership.Start();
        if (_successors is not null)
            _targets = Task.Run(() => PrepareAsync(_stopping.Token), CancellationToken.None);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _successor;
        await _targets;
        // Nobody waits for a member that leaves.
        _supervisor.Prepare([]);
        await _inputs.StopAsync();
        if (_membership is null)
        {
            // It was stopped while it started.
            await EndLanesAsync();
            return;
        }
        _watch!.Dispose();
        _taskWatch!.Dispose();
        // Not cancelled by the host's shutdown timeout: each step is bounded, and the host would dispose of what lanes still use.
        if (_host.Fatal.First is null)
            await ReleaseAsync();
        if (_host.Fatal.First is null)
            await Task.Run(_supervisor.CloseAll, CancellationToken.None);
        if (_namesakes.HasSuccessor)
            await _reporter!.StopAsync(removes: false);
        await Task.Run(_membership.Leave, CancellationToken.None);
        // Nothing is left, unless the membership's thread has failed.
        await Task.Run(_supervisor.CloseAll, CancellationToken.None);
        _restorers!.Dispose();
        await EndLanesAsync();
        // After the lanes: their checkpoint writers ask it for the group's metadata.
        _membership.Dispose();
        if (!_namesakes.HasSuccessor)
            await _reporter!.StopAsync(removes: true);
        if (_follower is not null)
            await _follower.StopAsync();
        _cluster.Reports.Flush(FlushTimeout);
        _pool.Flush(FlushTimeout);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _reporter?.Dispose();
        _follower?.Dispose();
        _pool.Dispose();
        if (_host.Fatal.First is null)
            _diskStates?.Keep();
        _disk?.Dispose();
        _inputs.Dispose();
        _stopping.Dispose();
        return Task.CompletedTask;
    }

    public TaskAvailability TryRead<TProcessor, TResult>(
        string stage, int partition, Func<TProcessor, TResult> read, [MaybeNull] out TResult result)
        where TProcessor : class, IRecordProcessor => _supervisor.TryRead(stage, partition, read, out result);

    public IReadOnlyList<int> RunningPartitions(string stage) => _supervisor.RunningPartitions(stage);

    /// <summary>All at once: each may wait for brokers that are away.</summary>
    private Task EndLanesAsync() => Task.WhenAll(_lanes.Select(lane => Task.Run(lane.Dispose, CancellationToken.None)));

    private Task CompileAsync(CancellationToken cancellationToken) =>
        LowPriorityThread.RunAsync("compile", () => new CodePreparation(_member.Stages, _host.Time, Logger<CodePreparation>()).Run(cancellationToken));

    /// <summary>Has the clients find what they need before the member joins: the first partitions that it gets would wait for that, on brokers that are busy.</summary>
    private void PrepareClients()
    {
        var until = Stopwatch.GetTimestamp() + (long)(ClientsTimeout.TotalSeconds * Stopwatch.Frequency);
        // Changelogs only where it writes checkpoints, too. Dead letters are few.
        string[] topics = [.. _member.Stages.SelectMany(stage => _cluster.Settings.IsEmbedded ? stage.Outputs.Add(stage.StateTopic) : stage.Outputs).Distinct()];
        Parallel.Invoke([() => _pool.Prepare(topics, until), .. _lanes.Select(lane => (Action)(() => lane.Prepare(until)))]);
    }

    private IReadOnlyList<TaskProgress> ReadProgress(InputLag lag)
    {
        var (totals, controls) = (_member.Environment.Totals, _cluster.Controls.Current);
        lag.ReadEnds();
        // Afterwards, so that nothing counts as unprocessed that has just been processed.
        return
        [
            .. _supervisor.Tasks.Where(task => task.State == TaskState.Running).Select(task => new TaskProgress(
                task.Id, task.NextOffset, lag.EndOf(task.Id), task.CommittedOffset, task.LastTimestamp, task.IsAtEnd,
                totals.IsWaiting(task.Id.Topic) || controls.IsPaused(task.Stage.Name))),
        ];
    }

    /// <summary>Prepares what is to come, until it is cancelled: real brokers say what that is, on embedded ones the owners do.</summary>
    private Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_cluster.Settings.IsEmbedded)
            return new ReleaseWatch(_options, _membership!, _cluster.Members, _supervisor).RunAsync(cancellationToken);
        var assignments = new GroupAssignments(_cluster.Settings, _options.GroupId, Logger<GroupAssignments>());
        return new TargetWatch(_options, _membership!, assignments.ReadAsync, _cluster.Members, _supervisor, _host.Time).RunAsync(cancellationToken);
    }

    /// <summary>
    /// Gives everything back to members that are warm. What the group has not asked for when the budget is over is closed, and read by whoever gets it; what it has
    /// asked for goes on as long as a handover may take.
    /// </summary>
    private async Task ReleaseAsync()
    {
        if (_successors is null)
            return;
        _successors.IsLeaving = true;
        _reporter!.AnnounceLeave();
        _membership!.Release();
        var (started, handover) = (_host.Time.GetTimestamp(), _options.WarmUpBudget + _options.HandoverBudget);
        while (_supervisor.Tasks.Any() && _host.Fatal.First is null && !_membership.CannotRelease
            && _host.Time.GetElapsedTime(started) < _options.StopBudget + (_supervisor.Releasing.Count > 0 ? handover : TimeSpan.Zero))
            await Task.Delay(ReleasePoll, _host.Time);
    }

    private TimeSpan? RetentionOf(string topic) => _application.Application.Topics[topic].Retention;

    /// <summary>Opens the disk store; null if that cannot be, and then the member does not start.</summary>
    private DiskSpace? OpenStore()
    {
        try
        {
            return new DiskSpace(StoreDirectory(), _options.StoreMemoryBytes, Logger<DiskSpace>());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _cannotStart = exception.Message;
            return null;
        }
    }

    private ICheckpointWriter CreateCheckpointWriter(int lane)
    {
        if (_cluster.Settings.IsEmbedded)
            return new FencedCheckpointWriter(_pool, _options.MemberId, _host.Fatal.Report, _host.Time);
        var transactions = _member.TransactionalIdsOf(_options.MemberId, _member.RunId, lane)
            .Select(id => new TransactionalProducers(id, _cluster.Settings, Logger<TransactionalProducers>()))
            .Select(producers => new CheckpointTransactions(producers.Create, () => _membership!.GroupMetadata, _member.Environment, Logger<CheckpointTransactions>()));
        return new TransactionalCheckpointWriter(lane, [.. transactions], _options.CheckpointInterval, _host.Fatal, _host.Time, Logger<TransactionalCheckpointWriter>());
    }

    private string StoreDirectory() => Path.Combine(
        _options.StoreDirectory ?? Path.Combine(Path.GetTempPath(), "streamsocial"), Uri.EscapeDataString(_options.GroupId), Uri.EscapeDataString(_options.MemberId));

    private Uri Endpoint()
    {
        if (_options.AdvertisedEndpoint is { } advertised)
            return advertised;
        return _server?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address
            ? new Uri(address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal))
            : throw new InvalidOperationException("The server listens nowhere, so other members could not forward reads to it: set ASPNETCORE_URLS.");
    }

    private ILogger<T> Logger<T>() => _host.Loggers.CreateLogger<T>();

    [LoggerMessage(Level = LogLevel.Information, Message = "Joining group {Group}")]
    private partial void LogJoining(string group);
}
