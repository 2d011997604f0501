namespace StreamSocial.Ingest.Retention;

/// <summary>
/// Backlog of a partition's consumer in records and bytes: acknowledged records, by their offsets, and records still in flight. Records of
/// other writers show in the offsets of this instance's own records.
/// </summary>
internal sealed class PartitionBacklog
{
    private const int SegmentBytes = 64 * 1_024;

    private readonly Queue<Segment> _segments = new();
    private long _endOffset = -1;
    private long _consumedOffset = -1;
    private long _lastSegmentEnd = -1;
    private int _lastSegmentBytes;

    /// <summary>Records ahead of the consumer; counted from this instance's first record while the consumer's position is unknown.</summary>
    public long Records => PendingRecords + (_endOffset < 0 ? 0 : Math.Max(0, _endOffset - _consumedOffset));

    /// <summary>Bytes ahead of the consumer, rounded up to segments of 64 KiB.</summary>
    public long Bytes { get; private set; }

    public int PendingRecords { get; private set; }

    public void Admitted(int bytes)
    {
        PendingRecords++;
        Bytes += bytes;
    }

    public void Refused(int bytes)
    {
        PendingRecords--;
        Bytes -= bytes;
    }

    public void Acknowledged(long offset, int bytes)
    {
        PendingRecords--;
        if (_consumedOffset < 0)
            _consumedOffset = offset;
        _endOffset = Math.Max(_endOffset, offset + 1);
        _lastSegmentEnd = Math.Max(_lastSegmentEnd, offset + 1);
        _lastSegmentBytes += bytes;
        if (_lastSegmentBytes >= SegmentBytes)
            CloseSegment();
        Consumed(_consumedOffset);
    }

    /// <summary>Sets the consumer's position, which may have gone back.</summary>
    public void Consumed(long nextOffset)
    {
        _consumedOffset = nextOffset;
        if (_lastSegmentBytes > 0 && _lastSegmentEnd <= nextOffset)
            CloseSegment();
        while (_segments.TryPeek(out var segment) && segment.EndOffset <= nextOffset)
        {
            Bytes -= segment.Bytes;
            _segments.Dequeue();
        }
    }

    private void CloseSegment()
    {
        _segments.Enqueue(new(_lastSegmentEnd, _lastSegmentBytes));
        _lastSegmentBytes = 0;
    }

    private readonly record struct Segment(long EndOffset, int Bytes);
}
