using System.Buffers;

namespace StreamSocial.Streams.Emitting;

/// <summary>
/// Bytes that are written one after another and dropped together. They lie in arrays of the pool: there may be more than one array can hold, what is written is
/// never moved, and what a peak took goes back.
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int SmallestSegmentBytes = 1024;
    private const int LargestSegmentBytes = 256 * 1024;

    /// <summary>A segment that is kept for what is written next, because the pool has only some of each size.</summary>
    public const int KeptBytes = 16 * 1024;

    private readonly List<byte[]> _full = [];
    private byte[] _segment = [];
    private int _written;

    /// <summary>Bytes that it holds, written or not.</summary>
    public long Capacity => _segment.Length + _full.Sum(static segment => (long)segment.Length);

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_segment.Length - _written < Math.Max(sizeHint, 1))
            AddSegment(sizeHint);
        return _segment.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _segment.Length - _written);
        _written += count;
    }

    /// <summary>The bytes that were written last, with one <see cref="Advance"/>; valid until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Newest(int count) => _segment.AsMemory(_written - count, count);

    /// <summary>Drops all bytes.</summary>
    public void Clear()
    {
        foreach (var segment in _full)
            ArrayPool<byte>.Shared.Return(segment);
        _full.Clear();
        if (_segment.Length > KeptBytes)
        {
            ArrayPool<byte>.Shared.Return(_segment);
            _segment = [];
        }

        _written = 0;
    }

    private void AddSegment(int atLeast)
    {
        var bytes = Math.Max(atLeast, Math.Clamp(2 * _segment.Length, SmallestSegmentBytes, LargestSegmentBytes));
        // First, since it may throw: an array that stood in both places would go back to the pool twice.
        var next = ArrayPool<byte>.Shared.Rent(bytes);
        if (_segment.Length > 0)
            _full.Add(_segment);
        (_segment, _written) = (next, 0);
    }
}
