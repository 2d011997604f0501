using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Limits;

/// <summary>Reads the <see cref="RecordLimit"/> from the cluster, once, and has it for everybody in the process.</summary>
public sealed partial class RecordLimits
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly KafkaClientSettings? _settings;
    private readonly ILogger _logger;
    private volatile RecordLimit _current;

    public RecordLimits(KafkaClientSettings settings, ILogger<RecordLimits> logger)
    {
        (_settings, _logger) = (settings, logger);
        _current = settings.MessageMaxBytes is >= RecordLimit.SmallestBytes and var bytes ? new RecordLimit(bytes) : RecordLimit.ClientDefault;
    }

    private RecordLimits(RecordLimit limit) => (_logger, _current) = (Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, limit);

    /// <summary>The limit; that of the clients alone until the cluster was read.</summary>
    public RecordLimit Current => _current;

    /// <summary>A limit that is known without a cluster.</summary>
    public static RecordLimits Fixed(RecordLimit limit) => new(limit);

    /// <summary>Reads what the topics take. Those that do not exist yet count with their brokers' default.</summary>
    /// <remarks>The embedded cluster has no such API: there the client's limit holds.</remarks>
    /// <exception cref="RecordLimitException">The settings contradict each other.</exception>
    /// <exception cref="KafkaException">The cluster did not answer.</exception>
    public async Task<RecordLimit> ReadAsync(IEnumerable<TopicSpec> topics, CancellationToken cancellationToken)
    {
        if (_settings is null)
            return _current;
        var known = _settings.IsEmbedded ? [] : await DescribeAsync([.. topics.Select(topic => topic.Name)], cancellationToken);
        var limit = RecordLimit.Derive(_settings.MessageMaxBytes, known);
        LogLimit(limit.RecordBytes);
        return _current = limit;
    }

    private async Task<Dictionary<string, int>> DescribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        using var admin = KafkaAdminClient.Create(_settings!, "record-limits", _logger);
        // All topics are requested, because a request for one by name may create it.
        var metadata = await Task.Run(() => admin.GetMetadata(RequestTimeout), cancellationToken);
        var existing = metadata.Topics.Where(topic => topic.Partitions.Count > 0).Select(topic => topic.Topic).ToHashSet(StringComparer.Ordinal);
        try
        {
            var options = new DescribeConfigsOptions { RequestTimeout = RequestTimeout };
            var ofBrokers = int.MaxValue;
            foreach (var broker in metadata.Brokers)
            {
                // A broker answers for itself alone, and librdkafka takes one of them a request.
                var own = await admin.DescribeConfigsAsync([Resource(ResourceType.Broker, broker.BrokerId.ToString(CultureInfo.InvariantCulture))], options).WaitAsync(cancellationToken);
                ofBrokers = Math.Min(ofBrokers, BytesOf(own[0], "message.max.bytes") ?? RecordLimit.ClientDefaultBytes);
            }
            var limits = topics.ToDictionary(topic => topic, _ => ofBrokers);
            if (topics.Any(existing.Contains))
            {
                var described = await admin.DescribeConfigsAsync(topics.Where(existing.Contains).Select(topic => Resource(ResourceType.Topic, topic)), options).WaitAsync(cancellationToken);
                foreach (var topic in described)
                    limits[topic.ConfigResource.Name] = Own(topic, ofBrokers);
            }
            return limits;
        }
        catch (DescribeConfigsException e) when (e.Error.Code is ErrorCode.ClusterAuthorizationFailed or ErrorCode.TopicAuthorizationFailed
            || e.Results.Exists(result => result.Error.Code is ErrorCode.ClusterAuthorizationFailed or ErrorCode.TopicAuthorizationFailed))
        {
            LogNotAuthorized(e.Error.Reason);
            return [];
        }
    }

    private static ConfigResource Resource(ResourceType type, string name) => new() { Type = type, Name = name };

    /// <summary>A topic's own setting holds whatever its brokers say; without one, the broker that leads a partition decides.</summary>
    private static int Own(DescribeConfigsResult topic, int ofBrokers) => BytesOf(topic, "max.message.bytes") is not { } bytes ? ofBrokers
        : topic.Entries["max.message.bytes"].Source == ConfigSource.DynamicTopicConfig ? bytes
        : Math.Min(bytes, ofBrokers);

    private static int? BytesOf(DescribeConfigsResult resource, string name) =>
        int.TryParse(resource.Entries.GetValueOrDefault(name)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;

    [LoggerMessage(LogLevel.Information, "The largest record has {Bytes} bytes")]
    private partial void LogLimit(int bytes);

    [LoggerMessage(LogLevel.Warning, "This client may not read the configuration of brokers and topics ({Reason}), so its own message.max.bytes is the only bound of a record")]
    private partial void LogNotAuthorized(string reason);
}
