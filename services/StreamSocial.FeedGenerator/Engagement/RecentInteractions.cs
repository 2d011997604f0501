using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>Remembers the ids of the latest interactions that clients sent to one partition, so that a repeat is not counted.</summary>
/// <remarks>
/// The ids lie in chunks in order of arrival: an interaction rewrites the newest one. Whole chunks are forgotten, by number and by the log's time.
/// The index for the search is built from them and not stored; it is built anew if the stores are not as it left them.
/// </remarks>
internal sealed class RecentInteractions
{
    /// <summary>Ids of a chunk.</summary>
    public const int ChunkSize = 64;

    /// <summary>Chunks that no state has more of.</summary>
    public const int MaxChunks = int.MaxValue / 2;

    private const byte HeaderStore = 20;
    private const byte ChunksStore = 21;
    private const string OnlyKey = "recent";

    private readonly int _mostChunks;
    private readonly long _memoryMs;
    private readonly IStateStore<string, RecentHeader> _headers;
    private readonly IStateStore<NumberedKey, RecentChunk> _chunks;
    private readonly HashSet<UInt128> _index = [];
    private RecentHeader _indexed;

    /// <param name="context">The task.</param>
    /// <param name="capacity">Latest ids that are remembered, rounded up to whole chunks; of those before them up to one chunk is left.</param>
    /// <param name="memory">How long an id is remembered.</param>
    public RecentInteractions(ITaskContext context, int capacity, TimeSpan memory)
    {
        // The oldest is forgotten as a whole when the newest has one id.
        _mostChunks = ((capacity + ChunkSize - 1) / ChunkSize) + 1;
        _memoryMs = (long)memory.TotalMilliseconds;
        _headers = context.OpenStore(HeaderStore, "recent-interactions-header", StringKeyCodec.Instance, new RecentHeaderCodec());
        _chunks = context.OpenStore(ChunksStore, "recent-interactions", NumberedKeyCodec.Instance, new RecentChunkCodec());
    }

    /// <summary>Remembers an id; false if it is remembered already.</summary>
    /// <param name="id">Fingerprint of the id and its user.</param>
    /// <param name="timestamp">Time of the record, Unix milliseconds.</param>
    public bool TryAdd(UInt128 id, long timestamp)
    {
        var header = _headers.TryGet(OnlyKey, out var stored) ? stored : default;
        if (header != _indexed)
            BuildIndex(header);
        // The index is right again only when everything below is done.
        _indexed = default;
        header = ForgetOld(header, timestamp);
        var added = _index.Add(id);
        if (added)
            header = Append(MakeRoom(header), id, timestamp);
        _headers.Put(OnlyKey, header);
        _indexed = header;
        return added;
    }

    private RecentHeader ForgetOld(RecentHeader header, long timestamp)
    {
        while (header.Count > 0 && Chunk(header.First) is var oldest && oldest.LatestAt < timestamp - _memoryMs)
            header = Forget(header, oldest);
        return header.Count > 0 ? header : header with { LastCount = ChunkSize };
    }

    /// <summary>Forgets the oldest chunks if there are too many with one more id. Only for an id that is not remembered: it may be one of theirs.</summary>
    private RecentHeader MakeRoom(RecentHeader header)
    {
        while (header.Count > _mostChunks || (header.Count == _mostChunks && header.LastCount == ChunkSize))
            header = Forget(header, Chunk(header.First));
        return header;
    }

    private RecentHeader Forget(RecentHeader header, RecentChunk oldest)
    {
        _index.ExceptWith(oldest.Ids);
        _chunks.Remove(KeyOf(header.First));
        return header with { First = RecentHeader.After(header.First) };
    }

    private RecentHeader Append(RecentHeader header, UInt128 id, long timestamp)
    {
        var isNew = header.Count == 0 || header.LastCount == ChunkSize;
        var chunk = isNew ? new RecentChunk(timestamp, []) : Chunk(header.Newest);
        chunk.Ids.Add(id);
        if (isNew)
            header = header with { Next = RecentHeader.After(header.Next) };
        _chunks.Put(KeyOf(header.Newest), chunk with { LatestAt = Math.Max(chunk.LatestAt, timestamp) });
        return header with { LastCount = chunk.Ids.Count };
    }

    private void BuildIndex(RecentHeader header)
    {
        _index.Clear();
        for (var number = header.First; number != header.Next; number = RecentHeader.After(number))
            _index.UnionWith(Chunk(number).Ids);
    }

    private RecentChunk Chunk(int number) => _chunks.TryGet(KeyOf(number), out var chunk)
        ? chunk
        : throw new InvalidDataException($"The recent interactions list chunk {number}, which the state does not hold.");

    private static NumberedKey KeyOf(int number) => new(OnlyKey, number);
}

/// <summary>The chunks of <see cref="RecentInteractions"/>. After the largest number comes 0 again: a busy partition gets there.</summary>
/// <param name="First">Number of the oldest.</param>
/// <param name="Next">Number of the next one.</param>
/// <param name="LastCount">Ids in the newest.</param>
internal readonly record struct RecentHeader(int First, int Next, int LastCount)
{
    /// <summary>Number of chunks.</summary>
    public int Count => (Next - First) & int.MaxValue;

    /// <summary>Number of the newest one, of which there must be one.</summary>
    public int Newest => (Next - 1) & int.MaxValue;

    /// <summary>The number after a number.</summary>
    public static int After(int number) => (number + 1) & int.MaxValue;
}

internal sealed class RecentHeaderCodec : ICodec<RecentHeader>
{
    private const byte FormatVersion = 1;

    public void Write(RecentHeader value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.First);
        writer.Count(value.Next);
        writer.Count(value.LastCount);
    }

    public RecentHeader Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of recent interactions");
        reader.Version(FormatVersion);
        var header = new RecentHeader(reader.Int32(), reader.Int32(), reader.Int32());
        reader.End();
        return header.Count <= RecentInteractions.MaxChunks && header.LastCount <= RecentInteractions.ChunkSize
            ? header
            : throw reader.Invalid($"chunks {header.First} to {header.Next} with {header.LastCount} in the newest");
    }
}

/// <summary>Some ids in order of arrival.</summary>
/// <param name="LatestAt">Latest time of their records, Unix milliseconds.</param>
/// <param name="Ids">The ids.</param>
internal sealed record RecentChunk(long LatestAt, List<UInt128> Ids);

internal sealed class RecentChunkCodec : ICodec<RecentChunk>
{
    private const byte FormatVersion = 1;

    public void Write(RecentChunk value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Signed(value.LatestAt);
        writer.Fixed128s(value.Ids);
    }

    public RecentChunk Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "chunk of recent interactions");
        reader.Version(FormatVersion);
        var chunk = new RecentChunk(reader.Signed(), reader.Fixed128s());
        reader.End();
        return chunk;
    }
}
