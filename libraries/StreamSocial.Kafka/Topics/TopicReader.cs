using System.Collections.Immutable;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Topics;

/// <summary>Reads the topics of the catalogue: partitions, beginnings and ends of their logs, and once a minute their settings. One reading at a time.</summary>
public sealed partial class TopicReader(KafkaClientSettings settings, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    /// <summary>Settings of topics hardly ever change.</summary>
    private static readonly TimeSpan SettingsAge = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = loggers.CreateLogger<TopicReader>();
    private readonly LogEndReader _logs = new(settings, loggers.CreateLogger<LogEndReader>());
    private readonly IAdminClient _admin = KafkaAdminClient.Create(settings, "topic-reports", loggers.CreateLogger<TopicReader>());
    private Task<Metadata>? _request;
    private IReadOnlyDictionary<string, TopicConfiguration> _configurations = ImmutableDictionary<string, TopicConfiguration>.Empty;
    private long? _settingsReadAt;

    /// <summary>Reads them.</summary>
    /// <param name="topics">What the catalogue has.</param>
    /// <param name="timeout">Bound for each request.</param>
    /// <param name="cancellationToken">Cancels the wait, not the request.</param>
    /// <exception cref="KafkaException">No broker answered.</exception>
    public async Task<TopicsReading> ReadAsync(IReadOnlyList<TopicSpec> topics, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // GetMetadata blocks until the answer arrives. All topics are requested, because a request for one by name may create it.
        _request = Task.Run(() => _admin.GetMetadata(timeout), CancellationToken.None);
        var metadata = await _request.WaitAsync(cancellationToken);
        var partitions = metadata.Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count, StringComparer.Ordinal);
        var existing = topics.Where(topic => partitions.GetValueOrDefault(topic.Name) > 0).Select(topic => (topic.Name, Partitions: partitions[topic.Name])).ToList();
        await ReadSettingsAsync([.. existing.Select(topic => topic.Name)], cancellationToken);
        var begins = await _logs.ReadAsync(existing, OffsetSpec.Earliest(), timeout, cancellationToken);
        var ends = await _logs.ReadAsync(existing, timeout, cancellationToken);
        var ranges = begins.Zip(ends).ToDictionary(
            pair => pair.Second.Topic,
            pair => pair.First.NextOffsets.Zip(pair.Second.NextOffsets, (begin, end) => new LogRange(begin, end)).ToImmutableArray(),
            StringComparer.Ordinal);
        return new TopicsReading(
            time.GetUtcNow(),
            [.. topics.Select(topic => new TopicState(
                topic, partitions.GetValueOrDefault(topic.Name), ranges.GetValueOrDefault(topic.Name, []), _configurations.GetValueOrDefault(topic.Name)))]);
    }

    /// <summary>Waits for the end of a running request, because librdkafka crashes if a disposed client is used.</summary>
    public void Dispose()
    {
        // Its outcome was, or is, its caller's.
        _request?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        _admin.DisposeOrLeave();
        _logs.Dispose();
    }

    private async Task ReadSettingsAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        var isRecent = _settingsReadAt is { } readAt && time.GetElapsedTime(readAt) < SettingsAge;
        // The embedded cluster does not report settings.
        if (isRecent || settings.IsEmbedded || topics.Count == 0)
            return;
        // Also after a failure: a cluster that refuses is not asked each time.
        _settingsReadAt = time.GetTimestamp();
        try
        {
            var configuration = await ClusterConfiguration.ReadAsync(settings, topics, _logger, cancellationToken);
            // None, where this client may not know.
            _configurations = configuration?.Topics ?? ImmutableDictionary<string, TopicConfiguration>.Empty;
        }
        catch (KafkaException e)
        {
            // What was read last is nearer to the truth than the catalogue.
            LogUnread(e.Error.Reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The settings of the topics cannot be read: {Reason}")]
    private partial void LogUnread(string reason);
}

/// <summary>The topics of the catalogue at one moment.</summary>
/// <param name="At">When they were read.</param>
/// <param name="Topics">In the order of the catalogue.</param>
public sealed record TopicsReading(DateTimeOffset At, ImmutableArray<TopicState> Topics)
{
    /// <summary>Describes them.</summary>
    /// <param name="earlier">A reading of some seconds before; null when there is none.</param>
    /// <param name="sizes">Bytes by partition, of the leaders' copies; null when nobody says.</param>
    /// <param name="bootstrapServers">For the commands that mend settings.</param>
    public ImmutableArray<TopicReport> Describe(TopicsReading? earlier, IReadOnlyDictionary<(string Topic, int Partition), long>? sizes, string bootstrapServers)
    {
        var before = earlier?.Topics.ToDictionary(topic => topic.Spec.Name, StringComparer.Ordinal);
        var elapsed = earlier is null ? TimeSpan.Zero : At - earlier.At;
        return [.. Topics.Select(topic => TopicReport.From(topic, before?.GetValueOrDefault(topic.Spec.Name), elapsed, sizes, bootstrapServers))];
    }
}

/// <summary>A topic of the catalogue as it was read.</summary>
/// <param name="Spec">What the catalogue has.</param>
/// <param name="Partitions">Its partitions; 0 when it does not exist.</param>
/// <param name="Ranges">By partition.</param>
/// <param name="Configuration">Its settings; null when they are unknown.</param>
public sealed record TopicState(TopicSpec Spec, int Partitions, ImmutableArray<LogRange> Ranges, TopicConfiguration? Configuration)
{
    /// <summary>Offsets given out so far in all partitions; null when one is unknown, or the topic was not there.</summary>
    public long? Written => Partitions > 0 && Ranges.All(range => range.NextOffset is not null) ? Ranges.Sum(range => range.NextOffset) : null;
}

/// <summary>What one partition's log holds. Null is unknown.</summary>
/// <param name="BeginOffset">Offset of the first record that is still there.</param>
/// <param name="NextOffset">Offset that the next record will get.</param>
public readonly record struct LogRange(long? BeginOffset, long? NextOffset)
{
    /// <summary>Offsets between the two.</summary>
    public long? Records => NextOffset is { } next && BeginOffset is { } begin ? Math.Max(0, next - begin) : null;
}
