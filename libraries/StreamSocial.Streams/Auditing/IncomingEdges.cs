using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Auditing;

/// <summary>
/// The last number applied of each edge into a task. The numbers are part of the task's state, so they move and are restored with it.
/// </summary>
/// <param name="store">The numbers.</param>
/// <param name="memory">Says which sources are forgotten; null: none.</param>
internal sealed class IncomingEdges(IStateStore<string, long> store, SourceMemory? memory = null)
{
    /// <summary>Missing ranges remembered for each edge, to tell a late entry from a repeat.</summary>
    private const int RememberedGaps = 16;

    /// <summary>Key under which stands that also an edge that was never heard may begin with a gap; no source has it.</summary>
    private const string UnheardKey = "";

    private readonly Dictionary<string, IncomingEdge> _edges = Load(store);
    private readonly HashSet<IncomingEdge> _changed = [];
    private bool _mayBeginWithGap = store.Entries.Any(entry => entry.Key == UnheardKey);
    private bool _hasNewExpectations;
    private IncomingEdge? _last;

    /// <summary>Finds the repeats in a run of <paramref name="count"/> entries numbered from <paramref name="first"/>, and marks the run as applied.</summary>
    public DeduplicationResult Deduplicate(ReadOnlySpan<char> source, long first, int count)
    {
        var edge = Find(source);
        var last = first + count - 1;
        if (first > edge.Last + 1)
        {
            var lost = edge.MayHaveGap ? 0 : first - edge.Last - 1;
            if (lost > 0)
                edge.RememberGap(edge.Last + 1, first - 1, RememberedGaps);
            Advance(edge, last);
            return new DeduplicationResult(0, lost, 0, 0);
        }
        var skip = (int)Math.Min(count, edge.Last + 1 - first);
        var misordered = skip > 0 ? edge.TakeFromGaps(first, first + skip - 1) : 0;
        if (last > edge.Last)
            Advance(edge, last);
        return new DeduplicationResult(skip, 0, skip - misordered, misordered);
    }

    /// <summary>Records were left out on purpose: what is missing at the next entry of each edge is not lost. Kept with the numbers.</summary>
    public void ExpectGaps()
    {
        foreach (var edge in _edges.Values)
            edge.MayHaveGap = true;
        _mayBeginWithGap = _hasNewExpectations = true;
    }

    /// <summary>A record has a time, by which sources are forgotten.</summary>
    /// <param name="timestamp">Unix milliseconds.</param>
    public void Observe(long timestamp) => memory?.Observe(timestamp);

    /// <summary>Writes the numbers that changed since the last call into the store, and forgets sources that can send nothing any more.</summary>
    /// <param name="now">The member's clock, Unix milliseconds.</param>
    public void Save(long now)
    {
        foreach (var edge in _hasNewExpectations ? _edges.Values : (IReadOnlyCollection<IncomingEdge>)_changed)
            store.Put(edge.Source, edge.Stored);
        if (_hasNewExpectations)
            store.Put(UnheardKey, 0);
        _hasNewExpectations = false;
        memory?.Touch(_changed.Select(edge => edge.Source), now);
        _changed.Clear();
        foreach (var source in memory?.TakeForgotten(_edges.Keys, now) ?? [])
        {
            _edges.Remove(source);
            store.Remove(source);
            _last = null;
        }
    }

    private static Dictionary<string, IncomingEdge> Load(IStateStore<string, long> store)
    {
        var edges = new Dictionary<string, IncomingEdge>(StringComparer.Ordinal);
        foreach (var (source, stored) in store.Entries.Where(entry => entry.Key != UnheardKey))
            edges[source] = new IncomingEdge(source) { Stored = stored };
        return edges;
    }

    private void Advance(IncomingEdge edge, long last)
    {
        (edge.Last, edge.MayHaveGap) = (last, false);
        _changed.Add(edge);
    }

    private IncomingEdge Find(ReadOnlySpan<char> source)
    {
        // Consecutive records of an input that outside producers write mostly come from one of them.
        if (_last is not null && source.SequenceEqual(_last.Source))
            return _last;
        var lookup = _edges.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(source, out var edge))
            return _last = edge;
        edge = new IncomingEdge(source.ToString()) { MayHaveGap = _mayBeginWithGap };
        _edges.Add(edge.Source, edge);
        return _last = edge;
    }
}

/// <summary>What an edge's numbers reveal about one arriving run.</summary>
/// <param name="Skip">Entries at the run's start that were applied before; the rest is new.</param>
/// <param name="Lost">Numbers missing between the last applied entry and this run.</param>
/// <param name="Duplicates">Of the skipped ones, repeats.</param>
/// <param name="Misordered">Of the skipped ones, those that were missing until now.</param>
internal readonly record struct DeduplicationResult(int Skip, long Lost, int Duplicates, int Misordered);

/// <summary>One edge as its receiver sees it.</summary>
internal sealed class IncomingEdge(string source)
{
    private List<(long First, long Last)>? _gaps;

    public string Source { get; } = source;

    /// <summary>Highest number applied; 0 before the first.</summary>
    public long Last { get; set; }

    /// <summary>Whether what is missing before its next entry was left out on purpose.</summary>
    public bool MayHaveGap { get; set; }

    /// <summary>The number as it is stored: its complement where a gap may follow.</summary>
    public long Stored
    {
        get => MayHaveGap ? ~Last : Last;
        set => (Last, MayHaveGap) = value < 0 ? (~value, true) : (value, false);
    }

    /// <summary>Remembers skipped numbers; forgets the oldest range when there are too many.</summary>
    public void RememberGap(long first, long last, int capacity)
    {
        _gaps ??= [];
        while (_gaps.Count >= capacity)
            _gaps.RemoveAt(0);
        _gaps.Add((first, last));
    }

    /// <summary>Counts the numbers in the range that were skipped before, and forgets them.</summary>
    public int TakeFromGaps(long first, long last)
    {
        if (_gaps is null)
            return 0;
        var taken = 0L;
        for (var i = _gaps.Count - 1; i >= 0; i--)
        {
            var gap = _gaps[i];
            var from = Math.Max(gap.First, first);
            var to = Math.Min(gap.Last, last);
            if (from > to)
                continue;
            taken += to - from + 1;
            _gaps.RemoveAt(i);
            if (gap.First < from)
                _gaps.Add((gap.First, from - 1));
            if (to < gap.Last)
                _gaps.Add((to + 1, gap.Last));
        }
        return (int)taken;
    }
}
