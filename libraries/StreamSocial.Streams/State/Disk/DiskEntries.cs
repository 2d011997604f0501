using System.Buffers.Binary;

namespace StreamSocial.Streams.State.Disk;

/// <summary>The entries of one store on disk, as bytes, with the list of their keys.</summary>
internal sealed class DiskEntries(DiskRegion region)
{
    private readonly KeyPages _pages = new(region);

    /// <summary>Bytes of live objects that the store should keep at most.</summary>
    public long HotShare => region.HotShare;

    /// <summary>Keys of all entries on disk as of now.</summary>
    public IEnumerable<byte[]> Keys => _pages.ReadAll();

    /// <summary>Finds an entry; its value comes after the header.</summary>
    public bool TryRead(ReadOnlySpan<byte> key, out DiskEntryHeader header, out DiskValue record)
    {
        var found = region.TryRead(DiskRecordKind.Entry, key, out record);
        header = found ? DiskEntryHeader.Read(record.Span) : DiskEntryHeader.New;
        return found;
    }

    /// <summary>Finds an entry that the list of keys names.</summary>
    public DiskValue Read(ReadOnlySpan<byte> key, out DiskEntryHeader header) => TryRead(key, out header, out var record)
        ? record
        : throw new IOException("The state on disk lacks an entry that its list of keys names. The member restores its state from the changelog when it starts again.");

    /// <summary>Writes an entry, and lists its key when it is new.</summary>
    /// <returns>Its header now.</returns>
    public DiskEntryHeader Write(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, DiskEntryHeader header)
    {
        if (!header.IsOnDisk)
            header = header with { Page = _pages.Add(key) };
        Span<byte> bytes = stackalloc byte[DiskEntryHeader.Length];
        header.Write(bytes);
        region.Write(DiskRecordKind.Entry, key, bytes, value, header.StoredBytes);
        return header with { StoredBytes = bytes.Length + value.Length };
    }

    public void Delete(ReadOnlySpan<byte> key, DiskEntryHeader header)
    {
        _pages.Remove(header.Page, key);
        region.Delete(DiskRecordKind.Entry, key, header.StoredBytes);
    }

    public void Clear()
    {
        _pages.Clear();
        region.Clear();
    }
}

/// <summary>What stands before an entry's value on disk.</summary>
/// <param name="Hash">Its hash as of the last capture; 0 when it was in none.</param>
/// <param name="Page">The page that lists its key; -1 while the entry is not on disk.</param>
/// <param name="CapturedBytes">Length of key and value as of the last capture.</param>
/// <param name="StoredBytes">Length of the record's value on disk; -1 while there is none. Not written.</param>
internal readonly record struct DiskEntryHeader(ulong Hash, int Page, int CapturedBytes, int StoredBytes)
{
    public const int Length = sizeof(ulong) + sizeof(int) + sizeof(int);

    public static DiskEntryHeader New => new(0, -1, 0, -1);

    public bool IsOnDisk => Page >= 0;

    public static DiskEntryHeader Read(ReadOnlySpan<byte> record) => new(
        BinaryPrimitives.ReadUInt64BigEndian(record), BinaryPrimitives.ReadInt32BigEndian(record[8..]), BinaryPrimitives.ReadInt32BigEndian(record[12..]), record.Length);

    public void Write(Span<byte> output)
    {
        BinaryPrimitives.WriteUInt64BigEndian(output, Hash);
        BinaryPrimitives.WriteInt32BigEndian(output[8..], Page);
        BinaryPrimitives.WriteInt32BigEndian(output[12..], CapturedBytes);
    }
}
