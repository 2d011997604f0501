using System.Buffers.Binary;

namespace StreamSocial.Streams.State.Disk;

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
