namespace StreamSocial.Streams.Membership.Retention;

/// <summary>
/// Backlog of a partition's consumer in records and bytes, as one of the partition's writers sees it: acknowledged records, by their offsets, and
/// records still in flight. Records of other writers show in the offsets of its own; they are taken to be as large as its own. So are those that the log
/// had before its first one, unless it was told of them (<see cref="Found"/>), and those that are consumed once more because the position went back.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class PartitionBacklog
{
    private const int SegmentBytes = 64 * 1_024;

    private readonly Queue<Segment> _segments = new();
    private long _endOffset = -1;
    private long _consumedOffset = -1;
    private long _firstOffset = -1;
    private long _foundOffset = -1;
    private long _foundBytes = -1;

    /// <summary>First offset whose record may be in a segment: what is before it was consumed, or is none of this writer's.</summary>
    private long _segmentsOffset = -1;
    private long _ownRecords;
    private long _ownBytes;
    private long _bytes;
    private long _segmentStart = -1;
    private int _segmentRecords;
    private int _segmentBytes;

    /// <summary>Records ahead of the consumer; while its position is unknown, all that the log was found to have, or this writer's own.</summary>
    public long Records => PendingRecords + Math.Max(0, _endOffset - Position);

    /// <summary>Bytes ahead of the consumer, rounded up to segments of 64 KiB.</summary>
    public long Bytes => _bytes + BytesBeforeThisWriter + BytesOnceMore;

    /// <summary>Records in flight.</summary>
    public int PendingRecords { get; private set; }

    private long BytesBeforeThisWriter
    {
        get
        {
            var records = Math.Max(0, _foundOffset - Position);
            if (_foundBytes >= 0)
                return records * _foundBytes;
            // A single record says little of the size of others.
            return _ownBytes < SegmentBytes ? 0 : records * _ownBytes / _ownRecords;
        }
    }

    private long BytesOnceMore => Math.Min(_segmentsOffset, _endOffset) - Math.Max(Position, _foundOffset) is > 0 and var records ? records * _ownBytes / _ownRecords : 0;

    /// <summary>Where the consumer is; what it has not read before the place where the log was found to begin is there no more.</summary>
    private long Position => _consumedOffset < 0 || (_foundBytes >= 0 && _consumedOffset < _firstOffset) ? _firstOffset : _consumedOffset;

    /// <summary>Tells what the log has before this writer's first record.</summary>
    /// <param name="firstOffset">Where the log begins.</param>
    /// <param name="endOffset">Where it ends.</param>
    /// <param name="bytesOfEach">Bytes that its records have on average, or more.</param>
    public void Found(long firstOffset, long endOffset, long bytesOfEach) =>
        (_firstOffset, _endOffset, _foundOffset, _foundBytes) = (firstOffset, endOffset, endOffset, bytesOfEach);

    /// <summary>A record is about to be sent.</summary>
    public void Admitted(int bytes)
    {
        PendingRecords++;
        _bytes += bytes;
    }

    /// <summary>A record in flight was not written.</summary>
    public void Refused(int bytes)
    {
        PendingRecords--;
        _bytes -= bytes;
    }

    /// <summary>A record in flight was written.</summary>
    public void Acknowledged(long offset, int bytes)
    {
        PendingRecords--;
        if (_endOffset < 0)
            _firstOffset = _endOffset = _foundOffset = offset;
        (_ownRecords, _ownBytes) = (_ownRecords + 1, _ownBytes + bytes);
        if (_segmentRecords == 0)
            _segmentStart = Math.Max(_endOffset, _consumedOffset);
        if (_segments.Count == 0)
            _segmentsOffset = _segmentStart;
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
            _bytes -= segment.Bytes;
            _segmentsOffset = segment.EndOffset;
            _segments.Dequeue();
        }
    }

    private void CloseSegment()
    {
        var others = Math.Max(0, _endOffset - _segmentStart - _segmentRecords);
        var bytesOfOthers = others * _segmentBytes / _segmentRecords;
        _bytes += bytesOfOthers;
        _segments.Enqueue(new(_endOffset, _segmentBytes + bytesOfOthers));
        (_segmentRecords, _segmentBytes) = (0, 0);
    }

    private readonly record struct Segment(long EndOffset, long Bytes);
}
