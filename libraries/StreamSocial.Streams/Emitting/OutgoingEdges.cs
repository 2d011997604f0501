using System.Globalization;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Emitting;

/// <summary>The edges out of a task. Their numbers are part of its state, so they move and are restored with it.</summary>
internal sealed class OutgoingEdges(ITopicLayout layout, IStateStore<string, long> store)
{
    private readonly Dictionary<string, OutgoingEdge?[]> _topics = new(StringComparer.Ordinal);
    private readonly List<OutgoingEdge> _changed = [];
    private string? _lastTopic;
    private OutgoingEdge?[] _lastEdges = [];

    /// <summary>Continues where the restored state left the edges.</summary>
    public void Load()
    {
        foreach (var (name, next) in store.Entries)
        {
            var slash = name.LastIndexOf('/');
            Find(name[..slash], int.Parse(name.AsSpan(slash + 1), CultureInfo.InvariantCulture)).NextSequence = next;
        }
    }

    /// <summary>The edge to a partition, whose next number the caller is about to use.</summary>
    public OutgoingEdge Take(string topic, int partition)
    {
        var edge = Find(topic, partition);
        if (!edge.IsChanged)
        {
            edge.IsChanged = true;
            _changed.Add(edge);
        }
        return edge;
    }

    /// <summary>Writes the numbers that changed since the last call into the store.</summary>
    public void Save()
    {
        foreach (var edge in _changed)
        {
            store.Put(edge.Name, edge.NextSequence);
            edge.IsChanged = false;
        }
        _changed.Clear();
    }

    private OutgoingEdge Find(string topic, int partition)
    {
        // A processor emits to few topics, mostly to the same one again.
        if (!ReferenceEquals(topic, _lastTopic))
        {
            if (!_topics.TryGetValue(topic, out var edges))
                _topics.Add(topic, edges = new OutgoingEdge?[layout.PartitionCountOf(topic)]);
            (_lastTopic, _lastEdges) = (topic, edges);
        }
        return _lastEdges[partition] ??= new OutgoingEdge(topic, partition);
    }
}

/// <summary>One edge as its sender sees it.</summary>
internal sealed class OutgoingEdge(string topic, int partition)
{
    public string Topic { get; } = topic;

    public int Partition { get; } = partition;

    /// <summary>Key of the edge in the task's state.</summary>
    public string Name { get; } = $"{topic}/{partition}";

    /// <summary>Number that the next entry gets.</summary>
    public long NextSequence { get; set; } = 1;

    /// <summary>The record being filled for the destination, in the accumulator of the task's lane; null before the first entry.</summary>
    public RunRecord? Record { get; set; }

    /// <summary>Whether the number is not yet in the task's state.</summary>
    public bool IsChanged { get; set; }
}
