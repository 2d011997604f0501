using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka.Administration;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Limits;

/// <summary>Reads the <see cref="RecordLimit"/> from the cluster, once, and has it for everybody in the process.</summary>
public sealed partial class RecordLimits
{
    private const string MaxMessageBytes = "max.message.bytes";

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
        string[] names = [.. topics.Select(topic => topic.Name)];
        return Derive(names, _settings.IsEmbedded ? null : await ClusterConfiguration.ReadAsync(_settings, names, _logger, cancellationToken));
    }

    /// <summary>Derives it from what a cluster is set to.</summary>
    /// <param name="topics">The application's topics.</param>
    /// <param name="configuration">The cluster's settings; null when they cannot be read.</param>
    /// <exception cref="RecordLimitException">The settings contradict each other.</exception>
    public RecordLimit Derive(IReadOnlyCollection<string> topics, ClusterConfiguration? configuration)
    {
        if (_settings is null)
            return _current;
        if (configuration is null && !_settings.IsEmbedded)
            LogNotAuthorized();
        var limit = RecordLimit.Derive(_settings.MessageMaxBytes, configuration is null ? [] : BytesOf(topics, configuration));
        LogLimit(limit.RecordBytes);
        return _current = limit;
    }

    /// <summary>Most bytes that each topic takes.</summary>
    private static Dictionary<string, int> BytesOf(IReadOnlyCollection<string> topics, ClusterConfiguration configuration)
    {
        var ofBrokers = configuration.Brokers.Values.Select(broker => Bytes(broker, "message.max.bytes") ?? RecordLimit.ClientDefaultBytes).Append(int.MaxValue).Min();
        return topics.ToDictionary(topic => topic, topic => configuration.Topics.TryGetValue(topic, out var own) ? Own(own, ofBrokers) : ofBrokers);
    }

    /// <summary>A topic's own setting holds whatever its brokers say; without one, the broker that leads a partition decides.</summary>
    private static int Own(TopicConfiguration topic, int ofBrokers) => Bytes(topic.Values, MaxMessageBytes) is not { } bytes ? ofBrokers
        : topic.Own.Contains(MaxMessageBytes) ? bytes
        : Math.Min(bytes, ofBrokers);

    private static int? Bytes(IReadOnlyDictionary<string, string> values, string name) =>
        int.TryParse(values.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;

    [LoggerMessage(LogLevel.Information, "The largest record has {Bytes} bytes")]
    private partial void LogLimit(int bytes);

    [LoggerMessage(LogLevel.Warning, "This client may not read the configuration of brokers and topics, so its own message.max.bytes is the only bound of a record")]
    private partial void LogNotAuthorized();
}
