using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Memory;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Testing;

/// <summary>
/// Acknowledges the records of tasks at once. It stores those of changelogs, and splits and deduplicates the others as their receivers would.
/// Records that are too large for brokers are refused.
/// </summary>
internal sealed class OutputLog(string stateTopic, FakeTimeProvider time, RecordLimit? limit = null) : IRecordSender
{
    private readonly int _maxRecordBytes = (limit ?? RecordLimit.ClientDefault).RecordBytes;
    private readonly Dictionary<string, List<TestOutput>> _outputs = [];
    private readonly Dictionary<int, List<ConsumeResult<byte[]?, byte[]?>>> _changelogs = [];
    private readonly Dictionary<(string Topic, int Partition), IncomingEdges> _receivers = [];

    public AuditCounters Audit { get; } = new();

    public IReadOnlyList<ConsumeResult<byte[]?, byte[]?>> Changelog(int partition) => _changelogs.GetValueOrDefault(partition) ?? [];

    /// <summary>Removes and returns what arrived since the last call.</summary>
    public IReadOnlyList<TestOutput> Take(string topic) => _outputs.Remove(topic, out var outputs) ? outputs : [];

    public void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token)
    {
        var bytes = SizeOf(message);
        if (bytes > _maxRecordBytes)
            throw new KafkaException(new Error(ErrorCode.MsgSizeTooLarge, $"A record for {topic} has {bytes} bytes; the brokers take {_maxRecordBytes}."));
        if (topic == stateTopic)
        {
            if (!_changelogs.TryGetValue(partition, out var changelog))
                _changelogs.Add(partition, changelog = []);
            changelog.Add(Record(topic, partition, changelog.Count, message));
            handler.OnDelivered(token, changelog.Count - 1, null);
            return;
        }
        Receive(topic, partition, message);
        handler.OnDelivered(token, 0, null);
    }

    public ConsumeResult<byte[]?, byte[]?> Record(string topic, int partition, long offset, Message<byte[]?, byte[]?> message) => new()
    {
        Topic = topic,
        Partition = partition,
        Offset = offset,
        Message = new Message<byte[]?, byte[]?> { Key = message.Key, Value = message.Value, Headers = message.Headers ?? [], Timestamp = new Timestamp(time.GetUtcNow()) },
    };

    /// <summary>Bytes of key, value and headers, with what librdkafka counts for their lengths.</summary>
    internal static int SizeOf(Message<byte[]?, byte[]?> message) =>
        64 + (message.Key?.Length ?? 0) + (message.Value?.Length ?? 0)
        + (message.Headers?.Sum(header => Encoding.UTF8.GetByteCount(header.Key) + (header.GetValueBytes()?.Length ?? 0) + 10) ?? 0);

    private void Receive(string topic, int partition, Message<byte[]?, byte[]?> message)
    {
        if (!RecordEntries.TryReadEdges(message.Headers, out var edges, out var damage) || !RecordEntries.TryRead(message, edges, out var entries, out damage))
            throw damage;
        if (!_receivers.TryGetValue((topic, partition), out var receiver))
            _receivers.Add((topic, partition), receiver = new IncomingEdges(new InMemoryStateStore<string, long>(TaskStores.IncomingEdgesId, "receiver", Codecs.Utf8, Codecs.Int64)));
        if (!_outputs.TryGetValue(topic, out var outputs))
            _outputs.Add(topic, outputs = []);
        var key = message.Key is null ? null : Encoding.UTF8.GetString(message.Key);
        var next = 0;
        foreach (var edge in edges)
        {
            var result = receiver.Deduplicate(edge.Source, edge.First, edge.Entries);
            Audit.Add(result, edge.Source, new TaskId(topic, partition));
            outputs.AddRange(entries.Skip(next + result.Skip).Take(edge.Entries - result.Skip).Select(entry => new TestOutput(topic, partition, key, entry.Payload)));
            next += edge.Entries;
        }
    }
}

/// <summary>A layout with given partition counts.</summary>
internal sealed class FixedLayout(IReadOnlyDictionary<string, int> partitions) : ITopicLayout
{
    public int PartitionCountOf(string topic) => partitions.TryGetValue(topic, out var count)
        ? count
        : throw new KeyNotFoundException($"No partition count was given for topic '{topic}'.");

    public int PartitionOf(string topic, string key) => KeyPartitioner.PartitionOf(key, PartitionCountOf(topic));
}
