using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Auditing;

/// <summary>What the edges' sequence numbers showed, since the member started. Thread-safe.</summary>
internal sealed class AuditCounters
{
    /// <summary>Edges counted one by one; a takeover repeats entries on many, which then make room for one with a fault. The totals count all.</summary>
    internal const int MaxEdges = 1_000;

    private readonly Dictionary<(string Source, TaskId Destination), EdgeCounts> _edges = [];
    private long _lost;
    private long _duplicates;
    private long _misordered;

    /// <summary>Entries whose numbers were skipped.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Repeats that were recognised and dropped: the price of at-least-once, no fault.</summary>
    public long DuplicatesDropped => Interlocked.Read(ref _duplicates);

    /// <summary>Entries that arrived after a later one of their edge; also counted as lost.</summary>
    public long Misordered => Interlocked.Read(ref _misordered);

    /// <summary>The edges on which something was lost, repeated or misordered; at most <see cref="MaxEdges"/> of them.</summary>
    public IReadOnlyList<EdgeCounts> Edges
    {
        get
        {
            lock (_edges)
                return [.. _edges.Values];
        }
    }

    /// <summary>Counts what an edge's numbers said about a run.</summary>
    public void Add(in Admission admission, ReadOnlySpan<char> source, TaskId destination)
    {
        if (admission is { Lost: 0, Duplicates: 0, Misordered: 0 })
            return;
        Interlocked.Add(ref _lost, admission.Lost);
        Interlocked.Add(ref _duplicates, admission.Duplicates);
        Interlocked.Add(ref _misordered, admission.Misordered);
        var edge = (source.ToString(), destination);
        lock (_edges)
        {
            if (_edges.TryGetValue(edge, out var counts) || MakeRoom(admission))
                _edges[edge] = (counts with { Source = edge.Item1, Destination = destination }).With(admission);
        }
    }

    private bool MakeRoom(in Admission admission)
    {
        if (_edges.Count < MaxEdges)
            return true;
        if (admission is { Lost: 0, Misordered: 0 })
            return false;
        var harmless = _edges.FirstOrDefault(edge => edge.Value is { Lost: 0, Misordered: 0 }).Key;
        return harmless.Source is not null && _edges.Remove(harmless);
    }
}
