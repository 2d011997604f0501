using System.Buffers;
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
        writer.Fixed128s(value.Ids);
    }

    public RecentActions Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of recent actions");
        reader.Version(FormatVersion);
        var oldest = reader.Int32();
        var ids = reader.Fixed128s();
        if (oldest != 0 && oldest >= ids.Count)
            throw reader.Invalid($"position {oldest} in a ring of {ids.Count}");
        reader.End();
        return new(ids, oldest);
    }
}
