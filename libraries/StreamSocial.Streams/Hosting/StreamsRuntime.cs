using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Streams.Reporting;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Disk;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Hosting;

/// <summary>
/// One member of the group: builds its parts, starts them when the server listens (others must be able to reach it), and takes them
/// down in the order that hands the partitions over: tasks, group, last report of the member, producers.
/// </summary>
internal sealed class StreamsRuntime : IHostedLifecycleService, ITaskReader
{
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);

    private readonly IServiceProvider _services;
    private readonly StreamsApplication _application;
    private readonly StreamsOptions _options;
    private readonly FatalErrors _fatal;
    private readonly TaskSupervisor _supervisor;
    private readonly ProducerPool _pool;
    private readonly TaskEnvironment _environment;
    private readonly IReadOnlyList<StageDefinition> _stages;
    private readonly TimeProvider _time;
    private readonly DiskSpace? _disk;
    private readonly IReadOnlyList<IReplicatedTable> _tables;
    private IReadOnlyList<Lane> _lanes = [];
    private TaskRestorer? _restorer;
    private GroupMembership? _membership;
    private MemberReporter? _reporter;

    public StreamsRuntime(
        IServiceProvider services, IEnumerable<StageDefinition> stages, IEnumerable<IReplicatedTable> tables, IOptions<StreamsOptions> options,
        StreamsApplication application, FatalErrors fatal, TimeProvider time)
    {
        _services = services;
        _stages = [.. stages];
        _tables = [.. tables];
        _options = options.Value;
        _fatal = fatal;
        _time = time;
        _application = application;
        var layout = new CatalogLayout(application.Topics);
        _pool = new ProducerPool(
            Get<KafkaClientSettings>(), Get<IOptions<ProducerPoolOptions>>(), _stages.Sum(stage => layout.PartitionCountOf(stage.InputTopic)), Logger<ProducerPool>());
        _disk = _options.Store == StreamsStore.Disk ? new DiskSpace(StoreDirectory(), _options.StoreMemoryBytes, time, fatal.Report) : null;
        _environment = new TaskEnvironment(_options.MemberId, layout, _pool, Audit, Totals, _options.MaxTries, fatal.Report, new PoisonLog(Logger<PoisonLog>()).Write)
        {
            Stores = _disk is null ? InMemoryStores.Instance : _disk,
            Warm = new RetainedStateCache(_options, time),
        };
        _supervisor = new TaskSupervisor(_stages, _environment, _options, new RebalanceEventWriter(_environment, application.RebalanceEventsTopic, time), time, Logger<TaskSupervisor>());
    }

    public AuditCounters Audit { get; } = new();

    public MemberTotals Totals { get; } = new();

    /// <summary>Whether the group has ever assigned something to this member.</summary>
    public bool HasAssignment => _supervisor.Epoch > 0;

    public int Restoring => _supervisor.Restoring;

    /// <summary>A table that was not yet read to its end once; null when all were.</summary>
    public string? TableBehind => _tables.FirstOrDefault(table => !table.IsCaughtUp)?.Topic;

    /// <summary>How far restoring is; null before the member started.</summary>
    public RestoreProgress? Restore => _restorer?.Progress;

    /// <summary>States kept of partitions that left.</summary>
    public int RetainedStateCache => _environment.Warm!.Count;

    public int Assigned => _supervisor.Tasks.Count();

    public int Producers => _pool.Count;

    /// <summary>Records sent and not yet acknowledged.</summary>
    public long InFlight => _pool.InFlight;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Get<StreamsMetrics>();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var settings = Get<KafkaClientSettings>();
        var lanes = _options.Lanes > 0 ? _options.Lanes : Math.Max(1, Environment.ProcessorCount / 2);
        _lanes = [.. Enumerable.Range(0, lanes).Select(index => new Lane(
            index, settings, _options, _pool, _environment, CheckpointWriter(index, settings), _time, _fatal, Logger<Lane>()))];
        _restorer = new TaskRestorer(
            RestoreClients.Create(settings, _options, _environment, Lag(settings), _time, Logger<TaskRestorer>()), _options, _environment, _time, _fatal,
            Logger<TaskRestorer>(), _supervisor.OnRestored);
        _supervisor.Use(_lanes, _restorer.Restore);
        _membership = new GroupMembership(settings, _options, _stages, _supervisor, Watch(settings), _time, _fatal, Logger<GroupMembership>());
        _reporter = new MemberReporter(_supervisor, _environment, _tables, _application.MembersTopic, _options, lanes, Endpoint(), _time);
        foreach (var lane in _lanes)
            lane.Start();
        _restorer.Start();
        _reporter.Start(_fatal.Report);
        _membership.Start();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_membership is null)
            return;
        // To the end even when the host's patience is over: each step is bounded, and the host would dispose of what lanes still work with.
        // After a fatal error nothing may be written any more: others take over from the last checkpoints.
        if (_fatal.First is null)
            await Task.Run(_supervisor.CloseAll, CancellationToken.None);
        await Task.Run(_membership.Leave, CancellationToken.None);
        _restorer!.Dispose();
        foreach (var lane in _lanes)
            lane.Dispose();
        // Last: the lanes' checkpoint writers ask it for the group's view of this member.
        _membership.Dispose();
        await _reporter!.StopAsync();
        _pool.Flush(FlushTimeout);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _reporter?.Dispose();
        _pool.Dispose();
        _disk?.Dispose();
        return Task.CompletedTask;
    }

    public TaskAvailability TryRead<TProcessor, TResult>(
        string stage, int partition, Func<TProcessor, TResult> read, [MaybeNull] out TResult result)
        where TProcessor : class, IRecordProcessor => _supervisor.TryRead(stage, partition, read, out result);

    public IReadOnlyList<int> RunningPartitions(string stage) => _supervisor.RunningPartitions(stage);

    private ICheckpointWriter CheckpointWriter(int lane, KafkaClientSettings settings) => settings.IsEmbedded
        ? new FencedCheckpointWriter(_pool, _options.MemberId, _fatal.Report, _time)
        : new TransactionalCheckpointWriter(
            lane,
            new CheckpointTransactions(
                new TransactionalProducers($"{_options.GroupId}-{_options.MemberId}-{lane}", settings, Logger<TransactionalProducers>()).Create,
                () => _membership!.GroupMetadata,
                Totals,
                Logger<CheckpointTransactions>()),
            _fatal);

    private InputLag Lag(KafkaClientSettings settings) =>
        new(new LogEndReader(settings, Logger<LogEndReader>()), Get<IMembersView>(), _environment.Layout, _stages, _time);

    private string StoreDirectory() => Path.Combine(
        _options.StoreDirectory ?? Path.Combine(Path.GetTempPath(), "streamsocial"), Uri.EscapeDataString(_options.GroupId), Uri.EscapeDataString(_options.MemberId));

    /// <summary>Only with KIP-848 may a member not be told; the embedded brokers, in whose process nothing is far away, answer in time.</summary>
    private StuckAssignmentDetector? Watch(KafkaClientSettings settings) => settings.IsEmbedded || _options.GroupProtocol != StreamsGroupProtocol.Consumer
        ? null
        : new StuckAssignmentDetector(
            Get<IMembersView>(), [.. _stages.Select(stage => (stage.InputTopic, _environment.Layout.PartitionCountOf(stage.InputTopic)))], _options.MemberId);

    private Uri Endpoint()
    {
        if (_options.AdvertisedEndpoint is { } advertised)
            return advertised;
        var addresses = Get<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses;
        return addresses?.FirstOrDefault() is { } address
            ? new Uri(address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal))
            : throw new InvalidOperationException("The server listens nowhere, so other members could not forward reads to it: set ASPNETCORE_URLS.");
    }

    private T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    private ILogger<T> Logger<T>() => Get<ILogger<T>>();
}
