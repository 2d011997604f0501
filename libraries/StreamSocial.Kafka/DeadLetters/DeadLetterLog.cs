using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamSocial.Kafka.Lag;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.DeadLetters;

/// <summary>Offsets of one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The first.</param>
/// <param name="To">The one after the last.</param>
internal readonly record struct OffsetSpan(TopicPartition Partition, long From, long To)
{
    public bool IsEmpty => To <= From;
}

/// <summary>Reads parts of dead-letter topics, without a group. For one thread and one reading at a time, each of which begins with <see cref="Begin"/>.</summary>
internal sealed class DeadLetterLog : IDisposable
{
    private const string Client = "dead-letters";

    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    private readonly KafkaClientSettings _settings;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly IAdminClient _admin;
    private readonly OffsetLister _offsets;
    private readonly TimeProvider _time;
    private TimeSpan _maxTime;
    private long _start;

    public DeadLetterLog(KafkaClientSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        var config = settings.CreateConsumerConfig(Client, Client, ConsumerUse.Restore);
        config.EnablePartitionEof = true;
        // What retention takes meanwhile is not missed.
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        _offsets = new OffsetLister(_admin);
    }

    private TimeSpan TimeLeft => _maxTime - _time.GetElapsedTime(_start);

    /// <summary>Begins a reading, for which the brokers may take so long.</summary>
    public void Begin(TimeSpan maxTime)
    {
        (_maxTime, _start) = (maxTime, _time.GetTimestamp());
        // An earlier one may have left some behind.
        _consumer.Unassign();
    }

    public void Dispose()
    {
        _admin.DisposeOrLeave();
        _consumer.DisposeOrLeave();
    }

    /// <summary>All offsets that the dead-letter topics of some input topics have.</summary>
    /// <exception cref="DeadLetterException">The cluster does not answer, or has none of the topics.</exception>
    public async Task<IReadOnlyList<OffsetSpan>> ReadSpansAsync(IReadOnlyCollection<string> inputs)
    {
        try
        {
            // Of all topics: a request for one by its name may create it.
            var metadata = _admin.GetMetadata(Bounded());
            var wanted = inputs.Select(DeadLetterTopic.NameOf).ToHashSet(StringComparer.Ordinal);
            var partitions = metadata.Topics.Where(topic => wanted.Contains(topic.Topic))
                .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId))).ToList();
            if (partitions.Count == 0)
                throw new DeadLetterException($"The cluster has no topic {string.Join(" or ", wanted)}; 'topics create' makes them.");
            var (begins, ends) = (await _offsets.ListAllAsync(partitions, OffsetSpec.Earliest(), Bounded()), await _offsets.ListAllAsync(partitions, OffsetSpec.Latest(), Bounded()));
            return [.. partitions.Select(partition => new OffsetSpan(partition, begins[partition], ends[partition]))];
        }
        catch (KafkaException e)
        {
            throw Silent(e);
        }
    }

    /// <summary>Reads spans, at most one of each partition, each in its order.</summary>
    /// <returns>The partitions that were not read to their end in time.</returns>
    /// <exception cref="DeadLetterException">The cluster failed.</exception>
    public IReadOnlySet<TopicPartition> Read(IReadOnlyCollection<OffsetSpan> spans, Action<DeadLetter> take, CancellationToken cancellationToken)
    {
        var open = spans.Where(span => !span.IsEmpty).ToDictionary(span => span.Partition);
        if (open.Count == 0)
            return new HashSet<TopicPartition>();
        _consumer.Assign(open.Values.Select(span => new TopicPartitionOffset(span.Partition, span.From)));
        while (open.Count > 0 && TimeLeft > TimeSpan.Zero)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Consume() is not { } record || !open.TryGetValue(record.TopicPartition, out var span))
                continue;
            if (!record.IsPartitionEOF && record.Offset < span.To)
                take(DeadLetter.Of(record));
            if (!record.IsPartitionEOF && record.Offset < span.To - 1)
                continue;
            open.Remove(record.TopicPartition);
            _consumer.IncrementalUnassign([record.TopicPartition]);
        }
        return open.Keys.ToHashSet();
    }

    private ConsumeResult<byte[]?, byte[]?>? Consume()
    {
        try
        {
            return _consumer.Consume(PollWait);
        }
        catch (KafkaException e)
        {
            throw Silent(e);
        }
    }

    private TimeSpan Bounded() => TimeLeft > TimeSpan.FromSeconds(1) ? TimeLeft : TimeSpan.FromSeconds(1);

    private DeadLetterException Silent(KafkaException e) =>
        new($"Kafka at {_settings.BootstrapServers} does not answer ({e.Error.Reason}). Is it running, and is the address right?", e);
}
