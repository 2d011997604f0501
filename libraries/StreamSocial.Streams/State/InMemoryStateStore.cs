using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace StreamSocial.Streams.State;

/// <summary>A store that keeps live objects in memory and knows which of them changed.</summary>
internal sealed class InMemoryStateStore<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
    : IStateStore<TKey, TValue>, ITaskStore
    where TKey : notnull
{
    private readonly Dictionary<TKey, Slot> _slots = [];
    private readonly List<KeyValuePair<TKey, Slot>> _changed = [];
    private readonly ArrayBufferWriter<byte> _keyBuffer = new();
    private readonly ArrayBufferWriter<byte> _valueBuffer = new();
    private long _count;

    public byte Id => id;

    public string Name => name;

    public long Count => _count;

    public long Changes { get; private set; }

    public ulong Checksum { get; private set; }

    public long Bytes { get; private set; }

    public IEnumerable<KeyValuePair<TKey, TValue>> Entries =>
        _slots.Where(pair => pair.Value.Present).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Value!));

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_slots.TryGetValue(key, out var slot) && slot.Present)
        {
            value = slot.Value!;
            return true;
        }
        value = default;
        return false;
    }

    public void Put(TKey key, TValue value)
    {
        if (!_slots.TryGetValue(key, out var slot))
            _slots.Add(key, slot = new Slot());
        if (!slot.Present)
            _count++;
        slot.Value = value;
        slot.Present = true;
        MarkChanged(key, slot);
    }

    public bool Remove(TKey key)
    {
        if (!_slots.TryGetValue(key, out var slot) || !slot.Present)
            return false;
        _count--;
        slot.Value = default;
        slot.Present = false;
        MarkChanged(key, slot);
        return true;
    }

    public void Capture(bool whole, IChangeSink sink)
    {
        foreach (var (key, slot) in _changed)
        {
            slot.Changed = false;
            if (!whole || !slot.Present)
                Capture(key, slot, sink);
        }
        _changed.Clear();
        if (!whole)
            return;
        foreach (var (key, slot) in _slots)
            Capture(key, slot, sink);
    }

    public void Apply(ReadOnlySpan<byte> key, byte[]? value)
    {
        var typedKey = keys.Read(key);
        if (_slots.TryGetValue(typedKey, out var slot))
            Account(slot, hash: 0, bytes: 0);
        if (value is null)
        {
            if (slot is not null && _slots.Remove(typedKey))
                _count--;
            return;
        }
        if (slot is null)
        {
            _slots.Add(typedKey, slot = new Slot { Present = true });
            _count++;
        }
        slot.Value = values.Read(value);
        Account(slot, StateChecksum.OfEntry(id, key, value), key.Length + value.Length);
    }

    public void Clear()
    {
        _slots.Clear();
        _changed.Clear();
        _count = 0;
        (Checksum, Bytes) = (0, 0);
    }

    private void Capture(TKey key, Slot slot, IChangeSink sink)
    {
        _keyBuffer.ResetWrittenCount();
        keys.Write(key, _keyBuffer);
        if (!slot.Present)
        {
            Account(slot, hash: 0, bytes: 0);
            sink.Add(id, _keyBuffer.WrittenSpan, default, removed: true);
            _slots.Remove(key);
            return;
        }
        _valueBuffer.ResetWrittenCount();
        values.Write(slot.Value!, _valueBuffer);
        Account(slot, StateChecksum.OfEntry(id, _keyBuffer.WrittenSpan, _valueBuffer.WrittenSpan), _keyBuffer.WrittenCount + _valueBuffer.WrittenCount);
        sink.Add(id, _keyBuffer.WrittenSpan, _valueBuffer.WrittenSpan, removed: false);
    }

    private void Account(Slot slot, ulong hash, int bytes)
    {
        Checksum += hash - slot.Hash;
        Bytes += bytes - slot.Bytes;
        (slot.Hash, slot.Bytes) = (hash, bytes);
    }

    private void MarkChanged(TKey key, Slot slot)
    {
        Changes++;
        if (slot.Changed)
            return;
        slot.Changed = true;
        _changed.Add(KeyValuePair.Create(key, slot));
    }

    /// <summary>A present entry, or one removed since the last capture.</summary>
    private sealed class Slot
    {
        public TValue? Value;
        public ulong Hash;
        public int Bytes;
        public bool Present;
        public bool Changed;
    }
}

/// <summary>Keeps all entries as live objects.</summary>
internal sealed class InMemoryStores : IStoreFactory
{
    public static InMemoryStores Instance { get; } = new();

    public IStateStore<TKey, TValue> Create<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull => new InMemoryStateStore<TKey, TValue>(id, name, keys, values);
}
