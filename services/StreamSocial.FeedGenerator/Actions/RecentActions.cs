using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Ring buffer with the fingerprints of one key's latest actions, as they are stored: 16 bytes each, big-endian.</summary>
internal sealed class RecentActions
{
    private const int IdBytes = 16;

    private byte[] _ids;

    public RecentActions()
        : this([], 0, 0)
    {
    }

    /// <param name="ids">The ring; there may be room behind its ids.</param>
    /// <param name="count">Number of ids.</param>
    /// <param name="oldest">Position of the oldest id; 0 while the ring is still growing.</param>
    public RecentActions(byte[] ids, int count, int oldest) => (_ids, Count, Oldest) = (ids, count, oldest);

    /// <summary>Number of ids.</summary>
    public int Count { get; private set; }

    public int Oldest { get; private set; }

    /// <summary>The ids in the order of the ring.</summary>
    public ReadOnlySpan<byte> Bytes => _ids.AsSpan(0, Count * IdBytes);

    public bool Contains(UInt128 id)
    {
        // Two numbers each: the search for one of them runs over many at a time.
        var halves = MemoryMarshal.Cast<byte, ulong>(Bytes);
        var (first, second) = (Stored((ulong)(id >> 64)), Stored((ulong)id));
        for (var start = 0; halves[start..].IndexOf(first) is >= 0 and var found;)
        {
            start += found;
            if (start % 2 == 0 && halves[start + 1] == second)
                return true;
            start++;
        }

        return false;
    }

    public void Add(UInt128 id, int capacity)
    {
        if (Count > capacity)
            Shrink(capacity);
        if (Count < capacity)
        {
            if (Oldest != 0)
                Unroll();
            if (_ids.Length < (Count + 1) * IdBytes)
                Array.Resize(ref _ids, Math.Max(4, 2 * Count) * IdBytes);
            Set(Count++, id);
            return;
        }

        Set(Oldest, id);
        Oldest = (Oldest + 1) % capacity;
    }

    private void Shrink(int capacity)
    {
        Unroll();
        _ids = Bytes[^(capacity * IdBytes)..].ToArray();
        Count = capacity;
    }

    // The capacity option may have changed since the ring was stored.
    private void Unroll()
    {
        var split = Oldest * IdBytes;
        _ids = [.. Bytes[split..], .. Bytes[..split]];
        Oldest = 0;
    }

    private void Set(int index, UInt128 id) => BinaryPrimitives.WriteUInt128BigEndian(_ids.AsSpan(index * IdBytes), id);

    private static ulong Stored(ulong half) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(half) : half;
}

/// <summary>Format: version, position of the oldest id, count, then 16 bytes for each id.</summary>
internal sealed class RecentActionsCodec : ICodec<RecentActions>
{
    private const byte FormatVersion = 1;
    private const int IdBytes = 16;

    public void Write(RecentActions value, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.Oldest);
        writer.Count(value.Count);
        output.Write(value.Bytes);
    }

    public RecentActions Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of recent actions");
        reader.Version(FormatVersion);
        var oldest = reader.Int32();
        var count = reader.Count();
        if (reader.Left != (long)count * IdBytes)
            throw reader.Invalid($"{count} ids in {reader.Left} bytes");
        if (oldest != 0 && oldest >= count)
            throw reader.Invalid($"position {oldest} in a ring of {count}");
        // With room for the one that is about to be added.
        var ids = new byte[(count + 1) * IdBytes];
        reader.Rest().CopyTo(ids);
        return new(ids, count, oldest);
    }
}
