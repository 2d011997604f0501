namespace StreamSocial.Streams.Membership.Retention;

/// <summary>
/// Backlog of a partition's consumer in records and bytes, as one of the partition's writers sees it: acknowledged records, by their offsets, and
/// records still in flight. Records of other writers show in the offsets of its own; they are taken to be as large as its own.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class PartitionBacklog
{
    private const int SegmentBytes = 64 * 1_024;

    private readonly Queue<Segment> _segments = new();
    private long _endOffset = -1;
    private long _consumedOffset = -1;
    private long _segmentStart = -1;
    private int _segmentRecords;
    private int _segmentBytes;

    /// <summary>Records ahead of the consumer; counted from this writer's first record while the consumer's position is unknown.</summary>
    public long Records => PendingRecords + (_endOffset < 0 ? 0 : Math.Max(0, _endOffset - _consumedOffset));

    /// <summary>Bytes ahead of the consumer, rounded up to segments of 64 KiB.</summary>
    public long Bytes { get; private set; }

    /// <summary>Records in flight.</summary>
    public int PendingRecords { get; private set; }

    /// <summary>A record is about to be sent.</summary>
    public void Admitted(int bytes)
    {
        PendingRecords++;
        Bytes += bytes;
    }

    /// <summary>A record in flight was not written.</summary>
    public void Refused(int bytes)
    {
        PendingRecords--;
        Bytes -= bytes;
    }

    /// <summary>A record in flight was written.</summary>
    public void Acknowledged(long offset, int bytes)
    {
        PendingRecords--;
        if (_consumedOffset < 0)
            _consumedOffset = offset;
        if (_segmentRecords == 0)
            _segmentStart = Math.Max(_endOffset, _consumedOffset);
        _endOffset = Math.Max(_endOffset, offset + 1);
        _segmentRecords++;
        _segmentBytes += bytes;
        if (_segmentBytes >= SegmentBytes)
            CloseSegment();
        Consumed(_consumedOffset);
    }

    /// <summary>Sets the consumer's position, which may have gone back.</summary>
    public void Consumed(long nextOffset)
    {
        _consumedOffset = nextOffset;
        if (_segmentRecords > 0 && _endOffset <= nextOffset)
            CloseSegment();
        while (_segments.TryPeek(out var segment) && segment.EndOffset <= nextOffset)
        {
            Bytes -= segment.Bytes;
            _segments.Dequeue();
        }
    }

    private void CloseSegment()
    {
        var others = Math.Max(0, _endOffset - _segmentStart - _segmentRecords);
        var bytesOfOthers = others * _segmentBytes / _segmentRecords;
        Bytes += bytesOfOthers;
        _segments.Enqueue(new(_endOffset, _segmentBytes + bytesOfOthers));
        (_segmentRecords, _segmentBytes) = (0, 0);
    }

    private readonly record struct Segment(long EndOffset, long Bytes);
}
