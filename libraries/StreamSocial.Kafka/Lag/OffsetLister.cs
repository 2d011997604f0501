using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamSocial.Kafka.Lag;

/// <summary>Asks the leaders of partitions for offsets. Thread-safe.</summary>
/// <remarks>
/// librdkafka (2.16.0) destroys its own memory when it lists offsets of a partition whose leader it does not know and learns of leaders at that moment: its main thread
/// ends the look-up while the caller's thread still uses it (<c>rd_kafka_topic_partition_list_query_leaders_async</c>). So the leaders are looked up first,
/// which fills its cache, and a partition without one is not asked for.
/// </remarks>
/// <param name="admin">A client of the cluster; its owner disposes of it when no request is under way.</param>
internal sealed class OffsetLister(IAdminClient admin)
{
    /// <summary>Far below <c>metadata.max.age.ms</c>, by default 15 min, after which librdkafka forgets a leader.</summary>
    private static readonly TimeSpan LeadersAge = TimeSpan.FromSeconds(30);

    private volatile Leaders? _leaders;

    /// <summary>Lists one offset of each partition.</summary>
    /// <param name="partitions">The partitions.</param>
    /// <param name="spec">Which offset.</param>
    /// <param name="timeout">Bound for each of at most two requests.</param>
    /// <returns>In any order; a partition whose offset is unknown has an error, such as that it has no leader.</returns>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public async Task<IReadOnlyList<TopicPartitionOffsetError>> ListAsync(IReadOnlyCollection<TopicPartition> partitions, OffsetSpec spec, TimeSpan timeout)
    {
        if (_leaders is not { } leaders || leaders.Age > LeadersAge)
            _leaders = leaders = await LookUpAsync(timeout);
        var results = partitions.Where(partition => !leaders.Known.Contains(partition))
            .Select(partition => new TopicPartitionOffsetError(partition, Offset.Unset, new Error(ErrorCode.LeaderNotAvailable))).ToList();
        if (results.Count < partitions.Count)
            results.AddRange(await AskAsync(partitions.Where(leaders.Known.Contains), spec, timeout));
        // A leader that refuses is forgotten by librdkafka too.
        if (results.Exists(result => result.Error.IsError))
            _leaders = null;
        return results;
    }

    /// <summary>The same for a caller that needs all of them.</summary>
    /// <exception cref="KafkaException">An offset is unknown.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, long>> ListAllAsync(IReadOnlyCollection<TopicPartition> partitions, OffsetSpec spec, TimeSpan timeout)
    {
        var results = await ListAsync(partitions, spec, timeout);
        return results.FirstOrDefault(result => result.Error.IsError) is { } failed
            ? throw new KafkaException(failed.Error)
            : results.ToDictionary(result => result.TopicPartition, result => result.Offset.Value);
    }

    private async Task<Leaders> LookUpAsync(TimeSpan timeout)
    {
        // GetMetadata blocks until the answer arrives. All topics are requested, because a request for one by name may create it.
        var metadata = await Task.Run(() => admin.GetMetadata(timeout));
        var brokers = metadata.Brokers.Select(broker => broker.BrokerId).ToHashSet();
        return new Leaders(
            metadata.Topics.SelectMany(topic => topic.Partitions.Where(partition => brokers.Contains(partition.Leader)).Select(partition => new TopicPartition(topic.Topic, partition.PartitionId))).ToHashSet());
    }

    private async Task<IEnumerable<TopicPartitionOffsetError>> AskAsync(IEnumerable<TopicPartition> partitions, OffsetSpec spec, TimeSpan timeout)
    {
        try
        {
            var answer = await admin.ListOffsetsAsync(
                partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }), new ListOffsetsOptions { RequestTimeout = timeout });
            return answer.ResultInfos.Select(Outcome);
        }
        catch (ListOffsetsException e)
        {
            // Some partitions failed; the others' results are valid.
            return e.Result.ResultInfos.Select(Outcome);
        }
        catch (KafkaException)
        {
            _leaders = null;
            throw;
        }
    }

    /// <summary>What librdkafka says of a partition whose leader did not answer in time is neither an offset nor an error.</summary>
    private static TopicPartitionOffsetError Outcome(ListOffsetsResultInfo info) => info.TopicPartitionOffsetError is { Error.IsError: false } result && result.Offset == Offset.Unset
        ? new TopicPartitionOffsetError(result.TopicPartition, Offset.Unset, new Error(ErrorCode.Local_TimedOut))
        : info.TopicPartitionOffsetError;

    /// <summary>What was found out about leaders.</summary>
    /// <param name="Known">Partitions with a leader that is a member of the cluster.</param>
    private sealed record Leaders(HashSet<TopicPartition> Known)
    {
        private readonly long _foundAt = Environment.TickCount64;

        public TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _foundAt);
    }
}
