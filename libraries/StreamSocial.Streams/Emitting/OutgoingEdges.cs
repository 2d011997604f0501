using System.Globalization;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Emitting;

/// <summary>The edges out of a task. Their numbers are part of its state, so they move and are restored with it.</summary>
internal sealed class OutgoingEdges(ITopicLayout layout, IStateStore<string, long> store)
{
    private readonly Dictionary<string, TopicEdges> _topics = new(StringComparer.Ordinal);
    private TopicEdges? _last;

    /// <summary>Continues where the restored state left the edges.</summary>
    public void Load()
    {
        foreach (var (name, next) in store.Entries)
        {
            var slash = name.LastIndexOf('/');
            Find(name[..slash]).Load(int.Parse(name.AsSpan(slash + 1), CultureInfo.InvariantCulture), next);
        }
    }

    /// <summary>The edges to the partitions of a topic.</summary>
    public TopicEdges To(string topic) => _last is not null && ReferenceEquals(topic, _last.Topic) ? _last : _last = Find(topic);

    /// <summary>Writes the numbers that changed since the last call into the store.</summary>
    public void Save()
    {
        foreach (var edges in _topics.Values)
            edges.Save(store);
    }

    private TopicEdges Find(string topic)
    {
        if (!_topics.TryGetValue(topic, out var edges))
            _topics.Add(topic, edges = new TopicEdges(topic, layout.PartitionCountOf(topic)));
        return edges;
    }
}

/// <summary>
/// A task's edges to one topic, as their sender sees them. Numbers, and no object an edge: tasks of a thousand partitions that send to as many have a million
/// edges, which the collector would look at again and again.
/// </summary>
internal sealed class TopicEdges(string topic, int partitions)
{
    private readonly long[] _taken = new long[partitions];
    private readonly bool[] _isChanged = new bool[partitions];
    private readonly List<int> _changed = [];

    public string Topic { get; } = topic;

    /// <summary>Continues an edge.</summary>
    /// <param name="partition">Where it goes.</param>
    /// <param name="next">The number that its next entry gets.</param>
    public void Load(int partition, long next) => _taken[partition] = next - 1;

    /// <summary>Takes the next number of an edge; the first is 1.</summary>
    public long Take(int partition)
    {
        if (!_isChanged[partition])
        {
            _isChanged[partition] = true;
            _changed.Add(partition);
        }
        return ++_taken[partition];
    }

    /// <summary>Writes the numbers that changed since the last call.</summary>
    public void Save(IStateStore<string, long> store)
    {
        foreach (var partition in _changed)
        {
            store.Put(EdgeNames.Of(Topic, partition), _taken[partition] + 1);
            _isChanged[partition] = false;
        }
        _changed.Clear();
    }
}
