using System.Buffers.Binary;
using System.Collections.Concurrent;
using FASTER.core;

namespace StreamSocial.Streams.State.Disk;

/// <summary>Tells a compaction which records are of regions that were given up.</summary>
internal readonly struct LiveRecords(ConcurrentDictionary<long, DiskRegion> regions) : ICompactionFunctions<SpanByte, SpanByte>
{
    public bool IsDeleted(ref SpanByte key, ref SpanByte value) => !regions.ContainsKey(BinaryPrimitives.ReadInt64BigEndian(key.AsReadOnlySpan()));
}
