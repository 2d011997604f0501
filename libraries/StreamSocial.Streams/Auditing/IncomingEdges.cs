using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Auditing;

/// <summary>
/// The last number applied of each edge into a task. It is part of the task's state, so that it moves and is restored with it.
/// </summary>
internal sealed class IncomingEdges(IStateStore<string, long> store)
{
    /// <summary>Missing ranges remembered for each edge, to tell a late entry from a repeat.</summary>
    private const int RememberedGaps = 16;

    private readonly Dictionary<string, IncomingEdge> _edges = Load(store);
    private readonly HashSet<IncomingEdge> _changed = [];
    private IncomingEdge? _last;

    /// <summary>Decides on a run of <paramref name="count"/> entries numbered from <paramref name="first"/> and takes its numbers as applied.</summary>
    public Admission Admit(ReadOnlySpan<char> source, long first, int count)
    {
        var edge = Find(source);
        var last = first + count - 1;
        if (first > edge.Last + 1)
        {
            var lost = first - edge.Last - 1;
            edge.RememberGap(edge.Last + 1, first - 1, RememberedGaps);
            Advance(edge, last);
            return new Admission(0, lost, 0, 0);
        }
        var skip = (int)Math.Min(count, edge.Last + 1 - first);
        var misordered = skip > 0 ? edge.TakeFromGaps(first, first + skip - 1) : 0;
        if (last > edge.Last)
            Advance(edge, last);
        return new Admission(skip, 0, skip - misordered, misordered);
    }

    /// <summary>Writes the numbers that changed since the last call into the store.</summary>
    public void Save()
    {
        foreach (var edge in _changed)
            store.Put(edge.Source, edge.Last);
        _changed.Clear();
    }

    private static Dictionary<string, IncomingEdge> Load(IStateStore<string, long> store)
    {
        var edges = new Dictionary<string, IncomingEdge>(StringComparer.Ordinal);
        foreach (var (source, last) in store.Entries)
            edges[source] = new IncomingEdge(source) { Last = last };
        return edges;
    }

    private void Advance(IncomingEdge edge, long last)
    {
        edge.Last = last;
        _changed.Add(edge);
    }

    private IncomingEdge Find(ReadOnlySpan<char> source)
    {
        // Most records of an input that producers outside the runtime write come from one instance of them.
        if (_last is not null && source.SequenceEqual(_last.Source))
            return _last;
        var lookup = _edges.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(source, out var edge))
            return _last = edge;
        edge = new IncomingEdge(source.ToString());
        _edges.Add(edge.Source, edge);
        return _last = edge;
    }
}
