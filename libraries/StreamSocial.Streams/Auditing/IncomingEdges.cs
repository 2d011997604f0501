using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Auditing;

/// <summary>
/// The last number applied of each edge into a task. The numbers are part of the task's state, so they move and are restored with it.
/// </summary>
/// <param name="store">The numbers.</param>
/// <param name="memory">Says which sources are forgotten; null: none.</param>
internal sealed class IncomingEdges(IStateStore<string, long> store, SourceMemory? memory = null)
{
    /// <summary>Key under which stands that also an edge that was never heard may begin with a gap; no source has it.</summary>
    private const string UnheardKey = "";

    private readonly Dictionary<string, IncomingEdge> _edges = Load(store);

    /// <summary>The missing ranges of the few edges that have some.</summary>
    private readonly Dictionary<string, NumberGaps> _gaps = new(StringComparer.Ordinal);
    private readonly List<string> _changed = [];
    private bool _mayBeginWithGap = store.Entries.Any(entry => entry.Key == UnheardKey);
    private bool _hasNewExpectations;

    /// <summary>Finds the repeats in a run of <paramref name="count"/> entries numbered from <paramref name="first"/>, and marks the run as applied.</summary>
    public DeduplicationResult Deduplicate(ReadOnlySpan<char> source, long first, int count)
    {
        ref var edge = ref Find(source);
        var last = first + count - 1;
        if (first > edge.Last + 1)
        {
            var lost = edge.MayHaveGap ? 0 : first - edge.Last - 1;
            if (lost > 0)
                GapsOf(source).Remember(edge.Last + 1, first - 1);
            Advance(source, ref edge, last);
            return new DeduplicationResult(0, lost, 0, 0);
        }
        var skip = (int)Math.Min(count, edge.Last + 1 - first);
        var misordered = skip > 0 && _gaps.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(source, out var gaps) ? gaps.Take(first, first + skip - 1) : 0;
        if (last > edge.Last)
            Advance(source, ref edge, last);
        return new DeduplicationResult(skip, 0, skip - misordered, misordered);
    }

    /// <summary>Records were left out on purpose: what is missing at the next entry of each edge is not lost. Kept with the numbers.</summary>
    public void ExpectGaps()
    {
        foreach (var source in _edges.Keys)
            CollectionsMarshal.GetValueRefOrNullRef(_edges, source).MayHaveGap = true;
        _mayBeginWithGap = _hasNewExpectations = true;
    }

    /// <summary>A record has a time, by which sources are forgotten.</summary>
    /// <param name="timestamp">Unix milliseconds.</param>
    public void Observe(long timestamp) => memory?.Observe(timestamp);

    /// <summary>Writes the numbers that changed since the last call into the store, and forgets sources that can send nothing any more.</summary>
    /// <param name="now">The member's clock, Unix milliseconds.</param>
    public void Save(long now)
    {
        foreach (var source in _hasNewExpectations ? _edges.Keys : (IReadOnlyCollection<string>)_changed)
            store.Put(source, _edges[source].Stored);
        if (_hasNewExpectations)
            store.Put(UnheardKey, 0);
        _hasNewExpectations = false;
        memory?.Touch(_changed, now);
        foreach (var source in _changed)
            CollectionsMarshal.GetValueRefOrNullRef(_edges, source).IsChanged = false;
        _changed.Clear();
        foreach (var source in memory?.TakeForgotten(_edges.Keys, now) ?? [])
        {
            _edges.Remove(source);
            _gaps.Remove(source);
            store.Remove(source);
        }
    }

    private static Dictionary<string, IncomingEdge> Load(IStateStore<string, long> store)
    {
        var edges = new Dictionary<string, IncomingEdge>(StringComparer.Ordinal);
        foreach (var (source, stored) in store.Entries.Where(entry => entry.Key != UnheardKey))
            edges[EdgeNames.Of(source)] = new IncomingEdge { Stored = stored };
        return edges;
    }

    private void Advance(ReadOnlySpan<char> source, ref IncomingEdge edge, long last)
    {
        (edge.Last, edge.MayHaveGap) = (last, false);
        if (edge.IsChanged)
            return;
        edge.IsChanged = true;
        _changed.Add(EdgeNames.Of(source));
    }

    private NumberGaps GapsOf(ReadOnlySpan<char> source)
    {
        ref var gaps = ref CollectionsMarshal.GetValueRefOrAddDefault(_gaps, EdgeNames.Of(source), out _);
        return gaps ??= new NumberGaps();
    }

    private ref IncomingEdge Find(ReadOnlySpan<char> source)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_edges.GetAlternateLookup<ReadOnlySpan<char>>(), source);
        if (!Unsafe.IsNullRef(ref known))
            return ref known;
        ref var edge = ref CollectionsMarshal.GetValueRefOrAddDefault(_edges, EdgeNames.Of(source), out _);
        edge.MayHaveGap = _mayBeginWithGap;
        return ref edge;
    }
}

/// <summary>What an edge's numbers reveal about one arriving run.</summary>
/// <param name="Skip">Entries at the run's start that were applied before; the rest is new.</param>
/// <param name="Lost">Numbers missing between the last applied entry and this run.</param>
/// <param name="Duplicates">Of the skipped ones, repeats.</param>
/// <param name="Misordered">Of the skipped ones, those that were missing until now.</param>
internal readonly record struct DeduplicationResult(int Skip, long Lost, int Duplicates, int Misordered);

/// <summary>One edge as its receiver sees it. A value: a task may have thousands of edges, and objects are what the collector looks at again and again.</summary>
internal record struct IncomingEdge
{
    /// <summary>Highest number applied; 0 before the first.</summary>
    public long Last { get; set; }

    /// <summary>Whether what is missing before its next entry was left out on purpose.</summary>
    public bool MayHaveGap { get; set; }

    /// <summary>Whether the number is not yet in the task's state.</summary>
    public bool IsChanged { get; set; }

    /// <summary>The number as it is stored: its complement where a gap may follow.</summary>
    public long Stored
    {
        readonly get => MayHaveGap ? ~Last : Last;
        set => (Last, MayHaveGap) = value < 0 ? (~value, true) : (value, false);
    }
}
