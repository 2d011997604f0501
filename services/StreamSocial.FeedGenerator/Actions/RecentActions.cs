using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Ring buffer with the fingerprints of one key's latest actions.</summary>
internal sealed class RecentActions
{
    private readonly List<UInt128> _ids;

    public RecentActions()
        : this([], 0)
    {
    }

    /// <param name="ids">The ring.</param>
    /// <param name="oldest">Position of the oldest id; 0 while the ring is still growing.</param>
    public RecentActions(List<UInt128> ids, int oldest)
    {
        _ids = ids;
        Oldest = oldest;
    }

    public IReadOnlyList<UInt128> Ids => _ids;

    public int Oldest { get; private set; }

    public bool Contains(UInt128 id) => _ids.Contains(id);

    public void Add(UInt128 id, int capacity)
    {
        if (_ids.Count > capacity)
            Shrink(capacity);
        if (_ids.Count < capacity)
        {
            if (Oldest != 0)
                Unroll();
            _ids.Add(id);
            return;
        }

        _ids[Oldest] = id;
        Oldest = (Oldest + 1) % capacity;
    }

    private void Shrink(int capacity)
    {
        Unroll();
        _ids.RemoveRange(0, _ids.Count - capacity);
    }

    // The capacity option may have changed since the ring was stored.
    private void Unroll()
    {
        var newer = _ids.GetRange(0, Oldest);
        _ids.RemoveRange(0, Oldest);
        _ids.AddRange(newer);
        Oldest = 0;
    }
}

/// <summary>Format: version, position of the oldest id, count, then 16 bytes for each id.</summary>
internal sealed class RecentActionsCodec : ICodec<RecentActions>
{
    private const byte FormatVersion = 1;

    public void Write(RecentActions value, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.Oldest);
        writer.Count(value.Ids.Count);
        foreach (var id in value.Ids)
            writer.Fixed128(id);
    }

    public RecentActions Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of recent actions");
        reader.Version(FormatVersion);
        var oldest = reader.Int32();
        var count = reader.Count();
        if (oldest != 0 && oldest >= count)
            throw reader.Invalid($"position {oldest} in a ring of {count}");
        var ids = new List<UInt128>(count);
        for (var i = 0; i < count; i++)
            ids.Add(reader.Fixed128());
        reader.End();
        return new(ids, oldest);
    }
}

/// <summary>Reduces ids of any length to 16 bytes.</summary>
/// <remarks>The first half of its SHA-256. Clients choose their ids, so a hash with known collisions would let one client suppress another's action.</remarks>
internal static class ActionId
{
    private const int StackBytes = 512;

    public static UInt128 Fingerprint(string actionId)
    {
        var max = Encoding.UTF8.GetMaxByteCount(actionId.Length);
        Span<byte> utf8 = max <= StackBytes ? stackalloc byte[StackBytes] : new byte[max];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(actionId, utf8)], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
