using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Remembers the fingerprints of each key's latest actions.</summary>
/// <remarks>
/// Ids are numbered from 0 in order of arrival and lie in pages. The newest page is in the key's head, with two bytes of each id of the others: so one more
/// action reads and writes the head, and hardly ever looks into a page.
/// </remarks>
/// <param name="context">The task.</param>
/// <param name="name">Name of the store.</param>
/// <param name="headsStore">Id of a store.</param>
/// <param name="pagesStore">Id of another one.</param>
/// <param name="capacity">Ids that are remembered of each key.</param>
internal sealed class RecentActions(ITaskContext context, string name, byte headsStore, byte pagesStore, int capacity)
{
    private readonly IStateStore<string, RecentHead> _heads = context.OpenStore(headsStore, name, StringKeyCodec.Instance, new RecentHeadCodec());

    private readonly IStateStore<NumberedKey, RecentPage> _pages =
        context.OpenStore(pagesStore, $"{name}-pages", NumberedKeyCodec.Instance, new RecentPageCodec());

    /// <summary>Remembers an id; false if it is remembered already.</summary>
    public bool TryAdd(string key, UInt128 id)
    {
        if (!_heads.TryGet(key, out var head))
            head = new();
        else if (head.Earlier is { } earlier)
            head = Convert(key, earlier);
        if (Contains(key, head, id))
            return false;
        Add(key, head, id);
        _heads.Put(key, head);
        return true;
    }

    private bool Contains(string key, RecentHead head, UInt128 id)
    {
        var oldest = head.Next - capacity;
        if (Holds(head.Newest[((int)Math.Max(0, oldest - head.NewestFrom) * RecentHead.IdBytes)..], id))
            return true;
        for (var from = 0; head.FindTag(id, from) is >= 0 and var at; from = at + 1)
        {
            var number = head.FirstNumber + at;
            if (number >= oldest && Page(key, (int)(number / RecentHead.PageIds)).IdAt((int)(number % RecentHead.PageIds)) == id)
                return true;
        }

        return false;
    }

    private void Add(string key, RecentHead head, UInt128 id)
    {
        if (head.Newest.Length == RecentHead.PageBytes)
            _pages.Put(new(key, (int)(head.NewestFrom / RecentHead.PageIds)), head.TakePage());
        head.Add(id);
        while (head.FirstNumber + RecentHead.PageIds <= head.Next - capacity && head.FirstNumber < head.NewestFrom)
        {
            _pages.Remove(new(key, (int)(head.FirstNumber / RecentHead.PageIds)));
            head.ForgetPage();
        }
    }

    /// <summary>Takes over what an earlier version stored.</summary>
    private RecentHead Convert(string key, IReadOnlyList<UInt128> earlier)
    {
        var head = new RecentHead();
        foreach (var id in earlier)
            Add(key, head, id);
        if (head.Next > 0)
            _heads.Put(key, head);
        return head;
    }

    private RecentPage Page(string key, int number) => _pages.TryGet(new(key, number), out var page)
        ? page
        : throw new InvalidDataException($"The recent actions of a user list page {number}, which the state does not hold.");

    private static bool Holds(ReadOnlySpan<byte> ids, UInt128 id)
    {
        // Two numbers each: the search for one of them runs over many at a time.
        var halves = MemoryMarshal.Cast<byte, ulong>(ids);
        var (first, second) = (Stored((ulong)(id >> 64)), Stored((ulong)id));
        for (var start = 0; halves[start..].IndexOf(first) is >= 0 and var found; start++)
        {
            start += found;
            if (start % 2 == 0 && halves[start + 1] == second)
                return true;
        }

        return false;
    }

    private static ulong Stored(ulong half) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(half) : half;
}

/// <summary>The newest ids of a key, and what tells whether one of its pages may have an id.</summary>
internal sealed class RecentHead
{
    /// <summary>Ids of a page.</summary>
    public const int PageIds = 64;

    public const int IdBytes = 16;
    public const int PageBytes = PageIds * IdBytes;
    public const int TagBytes = sizeof(ushort);

    private ByteRun _tags = new();
    private ByteRun _newest = new();

    /// <summary>The ids of an earlier version, oldest first, which had no pages; null in a head of this version.</summary>
    public IReadOnlyList<UInt128>? Earlier { get; private set; }

    /// <summary>Number of the first id in the oldest page.</summary>
    public long FirstNumber { get; private set; }

    /// <summary>Number of the first id in the newest page.</summary>
    public long NewestFrom => FirstNumber + (_tags.Length / TagBytes);

    /// <summary>Number of the next id.</summary>
    public long Next => NewestFrom + (_newest.Length / IdBytes);

    /// <summary>Of each id in a page its last two bytes.</summary>
    public ReadOnlySpan<byte> Tags => _tags.Span;

    /// <summary>Ids that are in no page yet, big-endian.</summary>
    public ReadOnlySpan<byte> Newest => _newest.Span;

    /// <summary>Takes over a stored head in place of its own.</summary>
    /// <param name="firstNumber">As <see cref="FirstNumber"/>.</param>
    /// <param name="tags">As <see cref="Tags"/>.</param>
    /// <param name="newest">As <see cref="Newest"/>.</param>
    public void Load(long firstNumber, ReadOnlySpan<byte> tags, ReadOnlySpan<byte> newest)
    {
        (FirstNumber, Earlier) = (firstNumber, null);
        _tags.Load(tags);
        _newest.Load(newest);
    }

    /// <summary>Takes over what an earlier version stored in place of its own.</summary>
    public void Load(IReadOnlyList<UInt128> earlier)
    {
        Load(firstNumber: 0, tags: [], newest: []);
        Earlier = earlier;
    }

    /// <summary>The first place from <paramref name="from"/> on in the pages that may have an id; negative when there is none.</summary>
    public int FindTag(UInt128 id, int from)
    {
        var found = MemoryMarshal.Cast<byte, ushort>(Tags)[from..].IndexOf(StoredTag(id));
        return found < 0 ? found : from + found;
    }

    /// <summary>Adds an id to the newest page, which is not full.</summary>
    public void Add(UInt128 id) => BinaryPrimitives.WriteUInt128BigEndian(_newest.Insert(_newest.Length, IdBytes), id);

    /// <summary>Takes the newest page out, which is full, and keeps its tags.</summary>
    public RecentPage TakePage()
    {
        var page = new RecentPage(Newest.ToArray());
        var tags = _tags.Insert(_tags.Length, PageIds * TagBytes);
        for (var i = 0; i < PageIds; i++)
            page.Ids.AsSpan((i * IdBytes) + IdBytes - TagBytes, TagBytes).CopyTo(tags[(i * TagBytes)..]);
        _newest.Load([]);
        return page;
    }

    /// <summary>Forgets the oldest page.</summary>
    public void ForgetPage()
    {
        _tags.Remove(0, PageIds * TagBytes);
        FirstNumber += PageIds;
    }

    private static ushort StoredTag(UInt128 id) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((ushort)id) : (ushort)id;
}

/// <summary>A full page of ids.</summary>
/// <param name="Ids">Big-endian.</param>
internal sealed record RecentPage(byte[] Ids)
{
    public UInt128 IdAt(int index) => BinaryPrimitives.ReadUInt128BigEndian(Ids.AsSpan(index * RecentHead.IdBytes));
}

/// <summary>Format: version, number of the first id in a page, number of tags, the tags, then the newest ids.</summary>
internal sealed class RecentHeadCodec : IReusingCodec<RecentHead>
{
    /// <summary>Version 1 was a ring of all ids: position of the oldest, their number, the ids.</summary>
    private const byte FormatVersion = 2;

    private const byte OldestVersion = 1;

    public void Write(RecentHead value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Unsigned((ulong)value.FirstNumber);
        writer.Count(value.Tags.Length);
        writer.Bytes(value.Tags);
        writer.Bytes(value.Newest);
    }

    public RecentHead Read(ReadOnlySpan<byte> input)
    {
        var head = new RecentHead();
        ReadInto(head, input);
        return head;
    }

    public void ReadInto(RecentHead value, ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of recent actions");
        if (reader.Version(OldestVersion, FormatVersion) < FormatVersion)
        {
            value.Load(ReadRing(ref reader));
            return;
        }
        var firstNumber = reader.Int64();
        var tags = reader.Bytes();
        var newest = reader.Rest();
        if (firstNumber % RecentHead.PageIds != 0 || tags.Length % (RecentHead.PageIds * RecentHead.TagBytes) != 0 || newest.Length % RecentHead.IdBytes != 0 || newest.Length is 0 or > RecentHead.PageBytes)
            throw reader.Invalid($"{tags.Length} bytes of tags from number {firstNumber} on, and {newest.Length} bytes of ids");
        value.Load(firstNumber, tags, newest);
    }

    private static UInt128[] ReadRing(ref StateReader reader)
    {
        var oldest = reader.Int32();
        var ids = reader.Fixed128s();
        if (oldest != 0 && oldest >= ids.Count)
            throw reader.Invalid($"position {oldest} in a ring of {ids.Count}");
        reader.End();
        return [.. ids[oldest..], .. ids[..oldest]];
    }
}

/// <summary>Format: version, then 16 bytes for each id.</summary>
internal sealed class RecentPageCodec : ICodec<RecentPage>
{
    private const byte FormatVersion = 1;

    public void Write(RecentPage value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Bytes(value.Ids);
    }

    public RecentPage Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "page of recent actions");
        reader.Version(FormatVersion);
        return reader.Left == RecentHead.PageBytes ? new(reader.Rest().ToArray()) : throw reader.Invalid($"{reader.Left} bytes of ids");
    }
}
