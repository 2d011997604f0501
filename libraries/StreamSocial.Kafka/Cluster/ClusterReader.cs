using System.Globalization;
using System.Net.Sockets;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Jmx;

namespace StreamSocial.Kafka.Cluster;

/// <summary>
/// Reads the state of brokers and partitions. Brokers are tried by a connection too, since the controller keeps one that was killed registered until its session
/// ends. One reading at a time.
/// </summary>
public sealed partial class ClusterReader : IDisposable
{
    private const string MinInSyncReplicas = "min.insync.replicas";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Settings of topics hardly ever change; those of a new topic are unknown for so long.</summary>
    private static readonly TimeSpan SettingsAge = TimeSpan.FromMinutes(1);

    private readonly KafkaClientSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<ClusterReader> _logger;
    private readonly Lazy<IAdminClient> _admin;
    private Task _request = Task.CompletedTask;
    private IReadOnlyDictionary<string, int> _minInSync = new Dictionary<string, int>();
    private long? _settingsReadAt;
    private ClusterState? _latest;

    public ClusterReader(KafkaClientSettings settings, TimeProvider time, ILogger<ClusterReader> logger)
    {
        (_settings, _time, _logger) = (settings, time, logger);
        _admin = new(() => KafkaAdminClient.Create(settings, "cluster-state", logger));
    }

    /// <summary>Reads the state.</summary>
    /// <param name="timeout">Bound for each request.</param>
    /// <param name="reported">What brokers say of themselves; others go by registration and connection. Who the controller is, nobody else says.</param>
    /// <param name="cancellationToken">Cancels the wait, not the request.</param>
    /// <exception cref="KafkaException">No broker answered.</exception>
    public async Task<ClusterState> ReadAsync(TimeSpan timeout, IReadOnlyCollection<JmxReading> reported, CancellationToken cancellationToken)
    {
        var request = ReadAsync(timeout, reported);
        _request = request;
        return await request.WaitAsync(cancellationToken);
    }

    /// <summary>Waits for the end of a running request, because librdkafka crashes if a disposed client is used.</summary>
    public void Dispose()
    {
        // Its outcome was, or is, its caller's.
        _request.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        if (_admin.IsValueCreated)
            _admin.Value.DisposeOrLeave();
    }

    private async Task<ClusterState> ReadAsync(TimeSpan timeout, IReadOnlyCollection<JmxReading> reported)
    {
        // GetMetadata blocks until the answer arrives. All topics are requested, because a request for one by name may create it.
        var metadata = await Task.Run(() => _admin.Value.GetMetadata(timeout));
        var unreachable = FindUnreachableAsync(metadata.Brokers);
        await ReadSettingsAsync(metadata, timeout);
        return _latest = ClusterStateBuilder.Build(metadata, _minInSync, await unreachable, reported, _latest, _time.GetUtcNow());
    }

    private async Task<IReadOnlySet<int>> FindUnreachableAsync(IReadOnlyCollection<BrokerMetadata> brokers)
    {
        var tried = await Task.WhenAll(brokers.Select(async broker => (broker.BrokerId, IsReachable: await IsReachableAsync(broker.Host, broker.Port))));
        return tried.Where(broker => !broker.IsReachable).Select(broker => broker.BrokerId).ToHashSet();
    }

    private async Task<bool> IsReachableAsync(string host, int port)
    {
        using var timeout = new CancellationTokenSource(ConnectTimeout, _time);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, timeout.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ReadSettingsAsync(Metadata metadata, TimeSpan timeout)
    {
        var names = metadata.Topics.Where(topic => topic.Partitions.Count > 0).Select(topic => topic.Topic).ToList();
        var isRecent = _settingsReadAt is { } readAt && _time.GetElapsedTime(readAt) < SettingsAge;
        if (isRecent || names.Count == 0 || _settings.IsEmbedded)
            return;
        // Also after a failure: a cluster that refuses is not asked each second.
        _settingsReadAt = _time.GetTimestamp();
        try
        {
            _minInSync = (await TopicSettings.DescribeAsync(_admin.Value, names, timeout))
                .Where(topic => topic.Entries.TryGetValue(MinInSyncReplicas, out var entry) && entry.Value is not null)
                .ToDictionary(topic => topic.ConfigResource.Name, topic => int.Parse(topic.Entries[MinInSyncReplicas].Value, CultureInfo.InvariantCulture), StringComparer.Ordinal);
        }
        catch (KafkaException e)
        {
            LogUnread(e.Error.Reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The topics' settings cannot be read: {Reason}")]
    private partial void LogUnread(string reason);
}
