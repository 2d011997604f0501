using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Auditing;

/// <summary>Losses, repeats and misordered entries that the edges' sequence numbers revealed since the member started. Thread-safe.</summary>
internal sealed class AuditCounters
{
    /// <summary>Most edges with counters of their own. Edges that only saw repeats make room for one with a fault; the totals count all.</summary>
    internal const int MaxEdges = 1_000;

    private readonly Dictionary<(string Source, TaskId Destination), EdgeCounts> _edges = [];
    private long _lost;
    private long _duplicates;
    private long _misordered;

    /// <summary>Entries whose numbers were skipped.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Repeats that were recognised and dropped; at-least-once delivery causes them, so they are no fault.</summary>
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

    /// <summary>Counts the result of one run.</summary>
    public void Add(in DeduplicationResult result, ReadOnlySpan<char> source, TaskId destination)
    {
        if (result is { Lost: 0, Duplicates: 0, Misordered: 0 })
            return;
        Interlocked.Add(ref _lost, result.Lost);
        Interlocked.Add(ref _duplicates, result.Duplicates);
        Interlocked.Add(ref _misordered, result.Misordered);
        var edge = (source.ToString(), destination);
        lock (_edges)
        {
            if (_edges.TryGetValue(edge, out var counts) || MakeRoom(result))
                _edges[edge] = (counts with { Source = edge.Item1, Destination = destination }).With(result);
        }
    }

    private bool MakeRoom(in DeduplicationResult result)
    {
        if (_edges.Count < MaxEdges)
            return true;
        if (result is { Lost: 0, Misordered: 0 })
            return false;
        var harmless = _edges.FirstOrDefault(edge => edge.Value is { Lost: 0, Misordered: 0 }).Key;
        return harmless.Source is not null && _edges.Remove(harmless);
    }
}

/// <summary>Losses, repeats and misordered entries of one edge since the member started.</summary>
/// <param name="Source">The sender: a task as topic/partition, or a producer outside the runtime.</param>
/// <param name="Destination">The receiving task.</param>
/// <param name="Lost">See <see cref="AuditCounters.Lost"/>.</param>
/// <param name="DuplicatesDropped">See <see cref="AuditCounters.DuplicatesDropped"/>.</param>
/// <param name="Misordered">See <see cref="AuditCounters.Misordered"/>.</param>
internal readonly record struct EdgeCounts(string Source, TaskId Destination, long Lost, long DuplicatesDropped, long Misordered)
{
    public EdgeCounts With(in DeduplicationResult result) => this with
    {
        Lost = Lost + result.Lost,
        DuplicatesDropped = DuplicatesDropped + result.Duplicates,
        Misordered = Misordered + result.Misordered,
    };
}
