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
    private readonly HashSet<string> _unanswered = [];
    private readonly IAdminClient _admin;
    private volatile bool _disposed;

    public LogEndReader(KafkaClientSettings settings, ILogger<LogEndReader> logger)
    {
        _logger = logger;
        _admin = KafkaAdminClient.Create(settings, "log-ends", logger);
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
    internal async Task<ImmutableArray<TopicLogEnds>> ReadAsync(
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
            await RefreshLeadersAsync(timeout);
            var ends = topics.ToDictionary(topic => topic.Name, topic => new long?[topic.Partitions]);
            var partitions = topics.SelectMany(topic => Enumerable.Range(0, topic.Partitions).Select(partition => new TopicPartition(topic.Name, partition)));
            foreach (var batch in partitions.Chunk(BatchPartitions))
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                foreach (var end in await ReadBatchAsync(batch, spec, timeout))
                {
                    if (!end.Error.IsError && end.Offset.Value >= 0)
                        ends[end.Topic][end.Partition] = end.Offset.Value;
                }
            }

            var result = topics.Select(topic => new TopicLogEnds(topic.Name, [.. ends[topic.Name]])).ToImmutableArray();
            _unanswered.UnionWith(result.Where(end => !end.IsComplete).Select(end => end.Topic));
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Looks up the leaders of topics with unknown ends. An admin client of librdkafka keeps asking the brokers that were leaders at its first
    /// request, so partitions without a leader then, or whose leader was lost since, were observed to stay unknown for minutes.
    /// </summary>
    private async Task RefreshLeadersAsync(TimeSpan timeout)
    {
        foreach (var topic in _unanswered)
        {
            try
            {
                // GetMetadata blocks until the answer arrives.
                await Task.Run(() => _admin.GetMetadata(topic, timeout));
            }
            catch (KafkaException e)
            {
                LogLeadersUnknown(topic, e.Error.Reason);
            }
        }

        _unanswered.Clear();
    }

    private async Task<IEnumerable<TopicPartitionOffsetError>> ReadBatchAsync(TopicPartition[] partitions, OffsetSpec spec, TimeSpan timeout)
    {
        try
        {
            var result = await _admin.ListOffsetsAsync(
                partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }),
                new ListOffsetsOptions { RequestTimeout = timeout });
            return result.ResultInfos.Select(info => info.TopicPartitionOffsetError);
        }
        catch (ListOffsetsException e)
        {
            // Some partitions failed; the others' results are valid.
            var failed = e.Result.ResultInfos.Where(info => info.TopicPartitionOffsetError.Error.IsError).ToArray();
            LogPartial(failed.Length, partitions.Length, failed.FirstOrDefault()?.TopicPartitionOffsetError.Error.Reason);
            return e.Result.ResultInfos.Select(info => info.TopicPartitionOffsetError);
        }
        catch (KafkaException e)
        {
            LogUnread(partitions.Length, e.Error.Reason);
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ends of {Failed} of {Partitions} partitions are unknown: {Reason}")]
    private partial void LogPartial(int failed, int partitions, string? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leaders of topic {Topic} are unknown: {Reason}")]
    private partial void LogLeadersUnknown(string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ends of {Partitions} partitions are unknown: {Reason}")]
    private partial void LogUnread(int partitions, string reason);
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
