using System.Collections.Immutable;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Lag;

/// <summary>Reads the log ends of whole topics, up to 1000 partitions per request. Thread-safe.</summary>
public sealed partial class LogEndReader : IDisposable
{
    /// <summary>Requests of this size take about as long as small ones; larger ones delay the brokers' answers.</summary>
    private const int BatchPartitions = 1000;

    private readonly ILogger<LogEndReader> _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly IAdminClient _admin;
    private readonly OffsetLister _offsets;
    private volatile bool _disposed;
    private int _unknown;

    public LogEndReader(KafkaClientSettings settings, ILogger<LogEndReader> logger)
    {
        _logger = logger;
        _admin = KafkaAdminClient.Create(settings, "log-ends", logger);
        _offsets = new OffsetLister(_admin);
    }

    /// <summary>Reads all partitions of some topics.</summary>
    /// <param name="topics">Name and number of partitions.</param>
    /// <param name="timeout">Bound for each request.</param>
    /// <param name="cancellationToken">Cancels the wait, not the request.</param>
    /// <returns>In the order of <paramref name="topics"/>; an end that could not be read is null, never 0.</returns>
    public Task<ImmutableArray<TopicLogEnds>> ReadAsync(
        IReadOnlyList<(string Name, int Partitions)> topics, TimeSpan timeout, CancellationToken cancellationToken) =>
        ReadAsync(topics, OffsetSpec.Latest(), timeout, cancellationToken);

    /// <summary>The same for other offsets than the ends, such as those of the first records that are still there.</summary>
    public async Task<ImmutableArray<TopicLogEnds>> ReadAsync(
        IReadOnlyList<(string Name, int Partitions)> topics, OffsetSpec spec, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        // A request cannot be cancelled. A caller that cancels does not wait for its end, but the next caller and Dispose do.
        return await ReadAsync(topics, spec, timeout).WaitAsync(cancellationToken);
    }

    /// <summary>Waits for the end of a running request, because librdkafka crashes if a disposed client is used.</summary>
    public void Dispose()
    {
        _disposed = true;
        _turn.Wait();
        _admin.DisposeOrLeave();
        _turn.Release();
    }

    private async Task<ImmutableArray<TopicLogEnds>> ReadAsync(IReadOnlyList<(string Name, int Partitions)> topics, OffsetSpec spec, TimeSpan timeout)
    {
        try
        {
            var ends = topics.ToDictionary(topic => topic.Name, topic => new long?[topic.Partitions]);
            var (unknown, reason) = (0, "");
            var partitions = topics.SelectMany(topic => Enumerable.Range(0, topic.Partitions).Select(partition => new TopicPartition(topic.Name, partition)));
            foreach (var batch in partitions.Chunk(BatchPartitions))
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                foreach (var end in await ReadBatchAsync(batch, spec, timeout))
                {
                    if (end.Error.IsError)
                        (unknown, reason) = (unknown + 1, end.Error.Reason);
                    else if (end.Offset.Value >= 0)
                        ends[end.Topic][end.Partition] = end.Offset.Value;
                }
            }

            // A broker may be away for hours, and this is read every second.
            if (unknown != _unknown && unknown > 0)
                LogUnknown(unknown, topics.Sum(topic => topic.Partitions), reason);
            _unknown = unknown;
            return [.. topics.Select(topic => new TopicLogEnds(topic.Name, [.. ends[topic.Name]]))];
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<IReadOnlyList<TopicPartitionOffsetError>> ReadBatchAsync(TopicPartition[] partitions, OffsetSpec spec, TimeSpan timeout)
    {
        try
        {
            return await _offsets.ListAsync(partitions, spec, timeout);
        }
        catch (KafkaException e)
        {
            return [.. partitions.Select(partition => new TopicPartitionOffsetError(partition, Offset.Unset, e.Error))];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The offsets of {Unknown} of {Partitions} partitions are unknown: {Reason}")]
    private partial void LogUnknown(int unknown, int partitions, string reason);
}

/// <summary>Log ends of a topic's partitions.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="NextOffsets">By partition, the offset of the next record; null if it could not be read.</param>
public sealed record TopicLogEnds(string Topic, ImmutableArray<long?> NextOffsets)
{
    /// <summary>A topic whose log ends are all unknown.</summary>
    public static TopicLogEnds Unknown(string topic, int partitions) => new(topic, [.. new long?[partitions]]);

    /// <summary>Whether every partition's end is known.</summary>
    public bool IsComplete => NextOffsets.All(offset => offset is not null);
}
