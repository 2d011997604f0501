using System.Buffers;
using System.Buffers.Binary;

namespace StreamSocial.Streams.State.Disk;

/// <summary>The entries of one store on disk, as bytes. Not thread-safe; the store's task owns it.</summary>
/// <param name="space">Where they are.</param>
/// <param name="range">The range of keys that they have; null when there are none.</param>
internal sealed class DiskEntries(DiskSpace space, long? range = null)
{
    private readonly ArrayBufferWriter<byte> _key = new();
    private readonly ArrayBufferWriter<byte> _record = new();
    private long? _range = range;

    /// <summary>Bytes of live objects that the store should keep at most.</summary>
    public long HotShare => space.HotShare;

    /// <summary>The range of keys that the entries have; null when there are none.</summary>
    public long? Range => _range;

    /// <summary>Keys of the entries and what is on disk of them, in the order of their bytes. Entries that are written meanwhile may be among them.</summary>
    public IEnumerable<KeyValuePair<byte[], byte[]>> ReadAll()
    {
        if (_range is not { } used)
            yield break;
        foreach (var (key, record) in space.Database.ReadRange(DiskSpace.PrefixOf(used), DiskSpace.PrefixOf(used + 1)))
            yield return KeyValuePair.Create(key[sizeof(long)..], record);
    }

    /// <summary>Finds an entry; its value comes after the header.</summary>
    public byte[]? TryRead(ReadOnlySpan<byte> key, out DiskEntryHeader header)
    {
        var record = _range is { } used ? space.Database.Get(KeyOf(used, key)) : null;
        header = record is null ? DiskEntryHeader.New : DiskEntryHeader.Read(record);
        return record;
    }

    /// <summary>Finds an entry that must be there.</summary>
    public byte[] Read(ReadOnlySpan<byte> key, out DiskEntryHeader header) => TryRead(key, out header)
        ?? throw new IOException("The state on disk lacks an entry that was written. The task restores its state from the changelog when it is tried again.");

    /// <summary>Writes an entry.</summary>
    /// <returns>Its header now.</returns>
    public DiskEntryHeader Write(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in DiskEntryHeader header)
    {
        var used = _range ??= space.AddRange();
        _record.ResetWrittenCount();
        header.Write(_record.GetSpan(DiskEntryHeader.Length));
        _record.Advance(DiskEntryHeader.Length);
        _record.Write(value);
        space.Database.Put(KeyOf(used, key), _record.WrittenSpan);
        return header with { StoredBytes = _record.WrittenCount };
    }

    /// <summary>Removes an entry that is on disk.</summary>
    public void Delete(ReadOnlySpan<byte> key)
    {
        if (_range is { } used)
            space.Database.Delete(KeyOf(used, key));
    }

    public void Clear()
    {
        if (_range is { } used)
            space.RemoveRange(used);
        _range = null;
    }

    private ReadOnlySpan<byte> KeyOf(long used, ReadOnlySpan<byte> key)
    {
        _key.ResetWrittenCount();
        BinaryPrimitives.WriteInt64BigEndian(_key.GetSpan(sizeof(long)), used);
        _key.Advance(sizeof(long));
        _key.Write(key);
        return _key.WrittenSpan;
    }
}

/// <summary>What stands before an entry's value on disk.</summary>
/// <param name="Hash">Its hash as of the last capture; 0 when it was in none.</param>
/// <param name="CapturedBytes">Length of key and value as of the last capture.</param>
/// <param name="StoredBytes">Length of the record's value on disk; -1 while there is none. Not written.</param>
internal readonly record struct DiskEntryHeader(ulong Hash, int CapturedBytes, int StoredBytes)
{
    public const int Length = sizeof(ulong) + sizeof(int);

    public static DiskEntryHeader New => new(0, 0, -1);

    public bool IsOnDisk => StoredBytes >= 0;

    public static DiskEntryHeader Read(ReadOnlySpan<byte> record) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(record), BinaryPrimitives.ReadInt32BigEndian(record[sizeof(ulong)..]), record.Length);

    public void Write(Span<byte> output)
    {
        BinaryPrimitives.WriteUInt64BigEndian(output, Hash);
        BinaryPrimitives.WriteInt32BigEndian(output[sizeof(ulong)..], CapturedBytes);
    }
}
