using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using StreamSocial.Streams.Contracts;

namespace StreamSocial.Streams.State.Disk;

/// <summary>
/// A store whose entries are on disk. Memory holds the entries used lately, as live objects within the store's share of the member's
/// memory, and the keys (not the values) of what changed since the last capture.
/// </summary>
/// <param name="id">First byte of its keys in the changelog.</param>
/// <param name="name">Its name.</param>
/// <param name="keys">Converts keys.</param>
/// <param name="values">Converts values.</param>
/// <param name="entries">What is on disk.</param>
/// <param name="kept">What an earlier run of the member said of <paramref name="entries"/>; null when they are empty.</param>
internal sealed class DiskStateStore<TKey, TValue>(byte id, string name, ICodec<TKey> keys, ICodec<TValue> values, DiskEntries entries, KeptStore? kept = null)
    : IStateStore<TKey, TValue>, IPersistentStore
    where TKey : notnull
{
    private readonly HotEntries<TKey, TValue> _hot = new();
    private readonly HashSet<TKey> _changed = [];
    private readonly ArrayBufferWriter<byte> _keyBuffer = new();
    private readonly ArrayBufferWriter<byte> _valueBuffer = new();

    public byte Id => id;

    public string Name => name;

    public long Count { get; private set; } = kept?.Count ?? 0;

    public long Changes { get; private set; }

    public ulong Checksum { get; private set; } = kept?.Checksum ?? 0;

    public long Bytes { get; private set; } = kept?.Bytes ?? 0;

    public IEnumerable<KeyValuePair<TKey, TValue>> Entries
    {
        get
        {
            var onlyHot = _hot.Slots.Where(pair => pair.Value.Present && !pair.Value.Header.IsOnDisk)
                .ToDictionary(pair => pair.Key, pair => pair.Value.Value!);
            foreach (var (bytes, _) in entries.ReadAll())
            {
                var key = keys.Read(bytes);
                // A lookup meanwhile may have written it.
                if (onlyHot.ContainsKey(key))
                    continue;
                if (!_hot.TryPeek(key, out var slot))
                    yield return KeyValuePair.Create(key, ReadValue(bytes));
                else if (slot.Present)
                    yield return KeyValuePair.Create(key, slot.Value!);
            }
            foreach (var entry in onlyHot)
                yield return entry;
        }
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var slot = Find(key);
        value = slot.Value;
        return slot.Present;
    }

    public void Put(TKey key, TValue value)
    {
        var slot = Find(key);
        if (!slot.Present)
            Count++;
        slot.Value = value;
        slot.Present = true;
        MarkChanged(key, slot);
        _hot.Reweigh(slot);
        Shrink();
    }

    public bool Remove(TKey key)
    {
        var slot = Find(key);
        if (!slot.Present)
            return false;
        Count--;
        slot.Value = default;
        slot.Present = false;
        MarkChanged(key, slot);
        return true;
    }

    public void Capture(bool whole, IChangeSink sink)
    {
        foreach (var key in _changed)
        {
            var keyBytes = EncodeKey(key);
            if (_hot.TryPeek(key, out var slot))
                Capture(keyBytes, slot, whole, sink);
            else
                CaptureSpilled(keyBytes, whole, sink);
        }
        _changed.Clear();
        Shrink();
        if (!whole)
            return;
        var copied = 0L;
        foreach (var (key, record) in entries.ReadAll())
        {
            sink.Add(id, key, record.AsSpan(DiskEntryHeader.Length), removed: false);
            copied++;
        }
        // A copy takes the place of all that the changelog has.
        if (copied != Count)
            throw new IOException($"The state on disk has {copied} entries of store {name} where {Count} were written. The task restores its state from the changelog when it is tried again.");
    }

    public void Apply(ReadOnlySpan<byte> key, byte[]? value)
    {
        entries.TryRead(key, out var header);
        var isNew = !header.IsOnDisk;
        // Its key may be of another codec: of a state that was dropped because of it.
        if (isNew && value is null)
            return;
        _hot.Remove(keys.Read(key));
        if (value is null)
        {
            Account(header, DiskEntryHeader.New);
            entries.Delete(key);
            Count--;
            return;
        }
        // Only to refuse bytes of another codec now, not when somebody reads them.
        values.Check(value);
        var written = header with { Hash = StateChecksum.OfEntry(id, key, value), CapturedBytes = key.Length + value.Length };
        Account(header, written);
        entries.Write(key, value, written);
        if (isNew)
            Count++;
    }

    public void Clear()
    {
        _hot.Clear();
        _changed.Clear();
        entries.Clear();
        (Count, Checksum, Bytes) = (0, 0, 0);
    }

    public KeptStore? Describe() =>
        _changed.Count > 0 ? null : new KeptStore { Id = id, Range = entries.Range ?? 0, Count = Count, Checksum = Checksum, Bytes = Bytes };

    private void Capture(ReadOnlySpan<byte> key, DiskSlot<TValue> slot, bool whole, IChangeSink sink)
    {
        slot.Changed = false;
        if (!slot.Present)
        {
            Account(slot.Header, DiskEntryHeader.New);
            if (slot.Header.IsOnDisk)
                entries.Delete(key);
            slot.Header = DiskEntryHeader.New;
            sink.Add(id, key, default, removed: true);
            return;
        }
        var value = EncodeValue(slot.Value!);
        WriteCaptured(key, value, slot.Header, out slot.Header);
        _hot.Reweigh(slot);
        if (!whole)
            sink.Add(id, key, value, removed: false);
    }

    private void CaptureSpilled(ReadOnlySpan<byte> key, bool whole, IChangeSink sink)
    {
        var value = entries.Read(key, out var header).AsSpan(DiskEntryHeader.Length);
        WriteCaptured(key, value, header, out _);
        if (!whole)
            sink.Add(id, key, value, removed: false);
    }

    private void WriteCaptured(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in DiskEntryHeader before, out DiskEntryHeader after)
    {
        var captured = before with { Hash = StateChecksum.OfEntry(id, key, value), CapturedBytes = key.Length + value.Length };
        Account(before, captured);
        after = entries.Write(key, value, captured);
    }

    private DiskSlot<TValue> Find(TKey key)
    {
        if (_hot.TryUse(key, out var slot))
            return slot;
        // Before it is added: what the caller is about to change may not be let go.
        Shrink();
        slot = new DiskSlot<TValue>();
        if (entries.TryRead(EncodeKey(key), out slot.Header) is { } record)
        {
            slot.Value = values.Read(record.AsSpan(DiskEntryHeader.Length));
            slot.Present = true;
            slot.Changed = _changed.Contains(key);
        }
        _hot.Add(key, slot);
        return slot;
    }

    /// <summary>Lets go of live objects beyond the share; changed ones are written first, with the hash that the checksum still holds.</summary>
    private void Shrink() => _hot.Shrink(entries.HotShare, (key, slot) =>
    {
        if (slot.Changed)
            entries.Write(EncodeKey(key), EncodeValue(slot.Value!), slot.Header);
    });

    private TValue ReadValue(byte[] key) => values.Read(entries.Read(key, out _).AsSpan(DiskEntryHeader.Length));

    private void MarkChanged(TKey key, DiskSlot<TValue> slot)
    {
        Changes++;
        if (slot.Changed)
            return;
        slot.Changed = true;
        _changed.Add(key);
    }

    private void Account(in DiskEntryHeader before, in DiskEntryHeader after)
    {
        Checksum += after.Hash - before.Hash;
        Bytes += after.CapturedBytes - before.CapturedBytes;
    }

    private ReadOnlySpan<byte> EncodeKey(TKey key)
    {
        _keyBuffer.ResetWrittenCount();
        keys.Write(key, _keyBuffer);
        return _keyBuffer.WrittenSpan;
    }

    private ReadOnlySpan<byte> EncodeValue(TValue value)
    {
        _valueBuffer.ResetWrittenCount();
        values.Write(value, _valueBuffer);
        return _valueBuffer.WrittenSpan;
    }
}
