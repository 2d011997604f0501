using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace StreamSocial.Streams.State.Memory;

/// <summary>A store that keeps its entries in memory, as the bytes that checkpoints write, and knows which of them changed.</summary>
/// <remarks>
/// As objects they were what the garbage collector spent a quarter of all time on: nearly all of a state outlives the collections that it causes. A value that
/// is read is a new object each time, which dies before the next one, or the one before again (<see cref="IReusingCodec{T}"/>).
/// </remarks>
internal sealed class InMemoryStateStore<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
    : IStateStore<TKey, TValue>, ITaskStore
    where TKey : notnull
{
    private readonly List<int> _changed = [];
    private readonly IReusingCodec<TValue>? _reusing = values as IReusingCodec<TValue>;
    private EntryTable _table = new();

    /// <summary>What was read last, if its object can be read into again.</summary>
    private TValue? _read;
    private long _count;

    public byte Id => id;

    public string Name => name;

    public long Count => _count;

    public long Changes { get; private set; }

    public ulong Checksum { get; private set; }

    public long Bytes { get; private set; }

    public IEnumerable<KeyValuePair<TKey, TValue>> Entries
    {
        get
        {
            for (var entry = 0; entry < _table.Limit; entry++)
            {
                if (_table.Contains(entry) && _table.NoteOf(entry).Present)
                    yield return KeyValuePair.Create(keys.Read(_table.KeyOf(entry)), values.Read(_table.ValueOf(entry)));
            }
        }
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var entry = _table.Find(Encode(key));
        if (entry >= 0 && _table.NoteOf(entry).Present)
        {
            value = Read(_table.ValueOf(entry));
            return true;
        }
        value = default;
        return false;
    }

    public void Put(TKey key, TValue value)
    {
        var keyBytes = Encode(key);
        var valueBytes = EncodingBuffers.Value(value, values);
        var entry = _table.Find(keyBytes);
        if (entry >= 0)
            _table.Set(entry, valueBytes);
        else
            entry = _table.Add(keyBytes, valueBytes);
        ref var note = ref _table.NoteOf(entry);
        if (!note.Present)
            _count++;
        note.Present = true;
        MarkChanged(entry, ref note);
    }

    public bool Remove(TKey key)
    {
        var entry = _table.Find(Encode(key));
        if (entry < 0 || !_table.NoteOf(entry).Present)
            return false;
        _table.Set(entry, []);
        _count--;
        ref var note = ref _table.NoteOf(entry);
        note.Present = false;
        MarkChanged(entry, ref note);
        return true;
    }

    public void Capture(bool whole, IChangeSink sink)
    {
        foreach (var entry in _changed)
        {
            ref var note = ref _table.NoteOf(entry);
            note.Changed = false;
            var key = _table.KeyOf(entry);
            if (note.Present)
            {
                var value = _table.ValueOf(entry);
                Account(ref note, StateChecksum.OfEntry(id, key, value), key.Length + value.Length);
                if (!whole)
                    sink.Add(id, key, value, removed: false);
                continue;
            }
            Account(ref note, hash: 0, bytes: 0);
            sink.Add(id, key, default, removed: true);
            _table.Remove(entry);
        }
        _changed.Clear();
        _table.Compact();
        if (!whole)
            return;
        for (var entry = 0; entry < _table.Limit; entry++)
        {
            if (_table.Contains(entry))
                sink.Add(id, _table.KeyOf(entry), _table.ValueOf(entry), removed: false);
        }
    }

    public void Apply(ReadOnlySpan<byte> key, byte[]? value)
    {
        var entry = _table.Find(key);
        if (value is null)
        {
            if (entry < 0)
                return;
            Account(ref _table.NoteOf(entry), hash: 0, bytes: 0);
            _table.Remove(entry);
            _count--;
            return;
        }
        // What is not of the codecs is found when it comes in, and not when it is used.
        values.Check(value);
        if (entry >= 0)
        {
            _table.Set(entry, value);
        }
        else
        {
            keys.Check(key);
            entry = _table.Add(key, value);
            _table.NoteOf(entry).Present = true;
            _count++;
        }
        Account(ref _table.NoteOf(entry), StateChecksum.OfEntry(id, key, value), key.Length + value.Length);
    }

    public void Clear()
    {
        _table = new();
        _changed.Clear();
        _count = 0;
        (Checksum, Bytes) = (0, 0);
    }

    private TValue Read(ReadOnlySpan<byte> bytes)
    {
        if (_reusing is null)
            return values.Read(bytes);
        if (_read is null)
            return _read = values.Read(bytes);
        _reusing.ReadInto(_read, bytes);
        return _read;
    }

    private ReadOnlySpan<byte> Encode(TKey key) => EncodingBuffers.Key(key, keys);

    private void Account(ref EntryNote note, ulong hash, int bytes)
    {
        Checksum += hash - note.Hash;
        Bytes += bytes - note.Bytes;
        (note.Hash, note.Bytes) = (hash, bytes);
    }

    private void MarkChanged(int entry, ref EntryNote note)
    {
        Changes++;
        if (note.Changed)
            return;
        note.Changed = true;
        _changed.Add(entry);
    }
}

/// <summary>Keeps all entries in memory.</summary>
internal sealed class InMemoryStores : IStoreFactory
{
    public static InMemoryStores Instance { get; } = new();

    public IStateStore<TKey, TValue> Create<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values)
        where TKey : notnull => new InMemoryStateStore<TKey, TValue>(id, name, keys, values);
}

/// <summary>Buffers of the current thread for one key and one value; each is valid until the next one.</summary>
internal static class EncodingBuffers
{
    /// <summary>Larger buffers are not kept.</summary>
    private const int KeptBytes = 1024 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _key;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _value;

    public static ReadOnlySpan<byte> Key<T>(T key, ICodec<T> codec) => Write(ref _key, key, codec);

    public static ReadOnlySpan<byte> Value<T>(T value, ICodec<T> codec) => Write(ref _value, value, codec);

    private static ReadOnlySpan<byte> Write<T>(ref ArrayBufferWriter<byte>? buffer, T value, ICodec<T> codec)
    {
        if (buffer is null || buffer.Capacity > KeptBytes)
            buffer = new();
        buffer.ResetWrittenCount();
        codec.Write(value, buffer);
        return buffer.WrittenSpan;
    }
}
