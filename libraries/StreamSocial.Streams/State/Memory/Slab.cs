using System.Buffers.Binary;
using System.Numerics;

namespace StreamSocial.Streams.State.Memory;

/// <summary>
/// Blocks of bytes in a few large arrays: to the garbage collector they are a handful of objects that it neither looks into nor moves, however many blocks
/// there are. Freed blocks are used again for blocks of their size class.
/// </summary>
/// <remarks>Size classes as jemalloc has them: up to 64 bytes in steps of 8, then four for each doubling, so at most 7 bytes or a fifth of a new block are unused.</remarks>
internal sealed class Slab
{
    /// <summary>No block.</summary>
    public const int None = 0;

    private const int UnitBytes = 8;

    /// <summary>1 MiB, so an array is among the large objects.</summary>
    private const int SegmentUnits = 1 << 17;

    /// <summary>The first array doubles from here on, since most tasks have a dozen stores with little in them.</summary>
    private const int FirstUnits = 32;

    /// <summary>Larger blocks have an array of their own.</summary>
    private const int LargestUnits = SegmentUnits / 4;

    /// <summary>Classes below this one are as many units as their number plus one.</summary>
    private const int ExactClasses = 8;

    private const byte OwnArray = byte.MaxValue;

    private static readonly int Classes = ClassOfUnits(LargestUnits) + 1;

    private readonly List<byte[]> _segments = [];
    private readonly List<byte[]?> _large = [];
    private readonly Stack<int> _freeLarge = new();
    private readonly int[] _free = new int[Classes];
    private int _nextUnit;

    /// <summary>Bytes of all blocks in use.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>Bytes of the arrays.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Takes a block of at least so many bytes; its content is undefined.</summary>
    /// <param name="bytes">At least 1.</param>
    /// <param name="sizeClass">What <see cref="Free"/> and <see cref="Span"/> need to know of it.</param>
    /// <returns>The block. What is written to earlier results of <see cref="Span"/> from now on may be lost.</returns>
    public int Take(int bytes, out byte sizeClass)
    {
        var units = (bytes + UnitBytes - 1) / UnitBytes;
        if (units > LargestUnits)
            return TakeLarge(bytes, out sizeClass);
        sizeClass = ClassOfUnits(units);
        UsedBytes += CapacityOf(sizeClass);
        var block = _free[sizeClass];
        if (block != None)
        {
            _free[sizeClass] = BinaryPrimitives.ReadInt32LittleEndian(Span(block, sizeClass));
            return block;
        }
        units = UnitsOf(sizeClass);
        if (_segments.Count == 0 || _nextUnit + units > _segments[^1].Length / UnitBytes)
            Grow(units);
        block = 1 + ((_segments.Count - 1) * SegmentUnits) + _nextUnit;
        _nextUnit += units;
        return block;
    }

    /// <summary>Gives a block back.</summary>
    public void Free(int block, byte sizeClass)
    {
        if (sizeClass == OwnArray)
        {
            var bytes = _large[block - 1]!.Length;
            (UsedBytes, AllocatedBytes) = (UsedBytes - bytes, AllocatedBytes - bytes);
            _large[block - 1] = null;
            _freeLarge.Push(block);
            return;
        }
        UsedBytes -= CapacityOf(sizeClass);
        BinaryPrimitives.WriteInt32LittleEndian(Span(block, sizeClass), _free[sizeClass]);
        _free[sizeClass] = block;
    }

    /// <summary>All bytes of a block, to be written until the next <see cref="Take"/>.</summary>
    public Span<byte> Span(int block, byte sizeClass)
    {
        if (sizeClass == OwnArray)
            return _large[block - 1];
        var unit = (uint)(block - 1);
        return _segments[(int)(unit / SegmentUnits)].AsSpan((int)(unit % SegmentUnits) * UnitBytes, CapacityOf(sizeClass));
    }

    /// <summary>Whether a block of a class should be replaced by another one for so many bytes: it is too small, or more than twice as large as needed.</summary>
    public static bool MustMove(byte sizeClass, int bytes) =>
        sizeClass == OwnArray || bytes > CapacityOf(sizeClass) || (sizeClass > 0 && bytes <= CapacityOf(sizeClass) / 2);

    private int TakeLarge(int bytes, out byte sizeClass)
    {
        sizeClass = OwnArray;
        (UsedBytes, AllocatedBytes) = (UsedBytes + bytes, AllocatedBytes + bytes);
        if (_freeLarge.TryPop(out var block))
        {
            _large[block - 1] = new byte[bytes];
            return block;
        }
        _large.Add(new byte[bytes]);
        return _large.Count;
    }

    private void Grow(int units)
    {
        if (_segments.Count == 1 && _segments[0].Length < SegmentUnits * UnitBytes)
        {
            var first = _segments[0];
            var wanted = Math.Min(SegmentUnits, Math.Max(2 * first.Length / UnitBytes, _nextUnit + units));
            Array.Resize(ref first, wanted * UnitBytes);
            AllocatedBytes += first.Length - _segments[0].Length;
            _segments[0] = first;
            if (_nextUnit + units <= wanted)
                return;
        }
        KeepRest();
        var isFirst = _segments.Count == 0;
        var segment = GC.AllocateUninitializedArray<byte>(UnitBytes * (isFirst ? Math.Max(FirstUnits, units) : SegmentUnits));
        _segments.Add(segment);
        AllocatedBytes += segment.Length;
        _nextUnit = 0;
    }

    /// <summary>Makes free blocks of the rest of the last array, which is too small for the next one.</summary>
    private void KeepRest()
    {
        if (_segments.Count == 0)
            return;
        for (var rest = (_segments[^1].Length / UnitBytes) - _nextUnit; rest > 0;)
        {
            var sizeClass = ClassOfUnits(Math.Min(rest, LargestUnits));
            if (UnitsOf(sizeClass) > rest)
                sizeClass--;
            var block = 1 + ((_segments.Count - 1) * SegmentUnits) + _nextUnit;
            BinaryPrimitives.WriteInt32LittleEndian(Span(block, sizeClass), _free[sizeClass]);
            _free[sizeClass] = block;
            _nextUnit += UnitsOf(sizeClass);
            rest -= UnitsOf(sizeClass);
        }
    }

    private static int CapacityOf(byte sizeClass) => UnitsOf(sizeClass) * UnitBytes;

    private static byte ClassOfUnits(int units)
    {
        if (units <= ExactClasses)
            return (byte)(units - 1);
        var shift = BitOperations.Log2((uint)(units - 1)) - 2;
        return (byte)(ExactClasses + ((shift - 1) * 4) + ((units - 1) >> shift) - 4);
    }

    private static int UnitsOf(byte sizeClass)
    {
        if (sizeClass < ExactClasses)
            return sizeClass + 1;
        var above = (uint)(sizeClass - ExactClasses);
        return ((int)(above % 4) + 5) << ((int)(above / 4) + 1);
    }
}
