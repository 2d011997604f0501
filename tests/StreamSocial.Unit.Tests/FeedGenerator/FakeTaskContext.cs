using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Unit.Tests.FeedGenerator;

/// <summary>
/// A task context with stores in memory. The stores keep bytes, so that a change that was not put is lost as in production.
/// </summary>
internal sealed class FakeTaskContext(string stage, int partition = 0, int partitions = 1) : ITaskContext
{
    private readonly Dictionary<byte, FakeStore> _stores = [];

    public string Stage => stage;

    public int Partition => partition;

    public int MaxEntryBytes => StreamSocial.Kafka.Limits.RecordLimit.ClientDefault.MaxDataBytes;

    public int MaxAcceptedBytes => StreamSocial.Kafka.Limits.RecordLimit.ClientDefault.MaxAcceptedBytes;

    public Dictionary<string, int> PartitionCounts { get; } = new()
    {
        [TopicNames.UserActions] = partitions,
        [TopicNames.ContentInteractions] = partitions,
        [TopicNames.ContentStats] = partitions,
        [TopicNames.FeedUpdates] = partitions,
        [TopicNames.PullPosts] = partitions,
        [TopicNames.Notifications] = partitions,
    };

    /// <summary>Whether the stores give again the objects that were put or read, as one on disk does with those of the last interval.</summary>
    public bool KeepsObjects { get; init; }

    /// <summary>Bytes put since the counter was last reset.</summary>
    public long BytesPut { get; set; }

    /// <summary>Bytes of the largest value; 0 when there is none.</summary>
    public int LargestValue => _stores.Values.SelectMany(store => store.Bytes.Values).Select(value => value.Length).DefaultIfEmpty().Max();

    /// <summary>The whole state in a comparable form.</summary>
    public string[] Dump() =>
        [.. _stores.SelectMany(store => store.Value.Bytes.Select(entry => $"{store.Key}/{entry.Key}={Convert.ToHexString(entry.Value)}")).Order(StringComparer.Ordinal)];

    /// <summary>Creates a context with the same state, as after a restore.</summary>
    public FakeTaskContext Restored()
    {
        var restored = new FakeTaskContext(stage, partition, partitions);
        foreach (var (topic, count) in PartitionCounts)
            restored.PartitionCounts[topic] = count;
        restored.TakeOver(this);
        return restored;
    }

    /// <summary>Takes over the state of another context, as after a restore.</summary>
    public void TakeOver(FakeTaskContext other)
    {
        foreach (var (id, store) in other._stores)
            _stores[id] = new(new(store.Bytes));
    }

    public int PartitionCountOf(string topic) => PartitionCounts[topic];

    public IStateStore<TKey, TValue> OpenStore<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull
    {
        Assert.InRange(id, 16, 255);
        if (!_stores.TryGetValue(id, out var store))
            _stores[id] = store = new([]);
        Assert.False(store.IsOpen, $"Store {id} is opened twice.");
        store.IsOpen = true;
        return new FakeStateStore<TKey, TValue>(this, store.Bytes, keys, values);
    }

    private sealed class FakeStore(Dictionary<string, byte[]> bytes)
    {
        public Dictionary<string, byte[]> Bytes { get; } = bytes;

        public bool IsOpen { get; set; }
    }
}

internal sealed class FakeStateStore<TKey, TValue>(
    FakeTaskContext context, Dictionary<string, byte[]> bytes, ICodec<TKey> keys, ICodec<TValue> values) : IStateStore<TKey, TValue>
    where TKey : notnull
{
    private readonly Dictionary<string, TValue> _objects = [];
    private TValue? _read;

    public long Count => bytes.Count;

    public IEnumerable<KeyValuePair<TKey, TValue>> Entries =>
        bytes.Select(entry => KeyValuePair.Create(keys.Read(Convert.FromHexString(entry.Key)), values.Read(entry.Value)));

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        value = default;
        if (!bytes.TryGetValue(Key(key), out var stored))
            return false;
        if (context.KeepsObjects)
        {
            if (!_objects.TryGetValue(Key(key), out value))
                _objects[Key(key)] = value = values.Read(stored);
            return true;
        }
        // As the store in memory does: whoever still uses the value before is found out.
        if (_read is not null && values is IReusingCodec<TValue> reusing)
            reusing.ReadInto(_read, stored);
        else
            _read = values.Read(stored);
        value = _read;
        return true;
    }

    public void Put(TKey key, TValue value)
    {
        var written = CodecAssert.Bytes(values, value);
        context.BytesPut += written.Length;
        bytes[Key(key)] = written;
        if (context.KeepsObjects)
            _objects[Key(key)] = value;
    }

    public bool Remove(TKey key)
    {
        _objects.Remove(Key(key));
        return bytes.Remove(Key(key));
    }

    private string Key(TKey key) => Convert.ToHexString(CodecAssert.Bytes(keys, key));
}

/// <summary>Records emitted entries in order.</summary>
internal sealed class FakeEmitter : IEmitter
{
    public List<Emitted> All { get; } = [];

    public void Emit(string topic, int partition, IMessage payload) => All.Add(new(topic, partition, null, payload));

    public void EmitKeyed(string topic, string key, IMessage payload) => All.Add(new(topic, null, key, payload));

    public void EmitKeyed(string topic, int partition, string key, IMessage? payload) => All.Add(new(topic, partition, key, payload));

    public IEnumerable<T> Of<T>()
        where T : IMessage => All.Select(emitted => emitted.Payload).OfType<T>();

    public sealed record Emitted(string Topic, int? Partition, string? Key, IMessage? Payload);
}
