using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Sources.Demo;

/// <summary>The made-up replicas: they rebalance when their number changes, which takes a few seconds.</summary>
internal sealed class DemoGroup(IReadOnlyList<DemoTopic> topics)
{
    private const long RestoredBytesPerPartition = 41_000;

    private readonly SortedDictionary<int, DemoReplica> _replicas = [];
    private readonly Queue<RebalanceEvent> _due = [];

    private int _rebalances;

    /// <summary>By number.</summary>
    public IReadOnlyDictionary<int, DemoReplica> Replicas => _replicas;

    /// <summary>Whether no rebalance goes on.</summary>
    public bool IsSettled => _due.Count == 0;

    public RebalanceWindow Events { get; private set; } = RebalanceWindow.Empty;

    /// <summary>Changes the number of replicas.</summary>
    /// <param name="count">How many there shall be.</param>
    /// <param name="now">Unix milliseconds.</param>
    public void Resize(int count, long now)
    {
        for (var number = 1; number <= count; number++)
            _replicas.TryAdd(number, new DemoReplica(number, now));
        var moves = topics.SelectMany(topic => Moves(topic, count)).ToList();
        // Every other time a few partitions move for nothing, and a replica that leaves is cut off.
        var isRough = _rebalances++ % 2 == 1;
        if (isRough && count > 2)
            moves.AddRange(Swaps(topics[0], moves));

        var events = new List<RebalanceEvent>();
        foreach (var given in moves.Where(move => move.From is not null).GroupBy(move => move.From!.Value))
        {
            var isCutOff = isRough && given.Key > count;
            var duration = isCutOff ? 0 : 120 + (2 * given.Count() / 3);
            events.Add(Event(given.Key, isCutOff ? RebalanceEventType.Lost : RebalanceEventType.Revoked, now + (isCutOff ? 900 : 200 + duration), duration, given));
        }
        var assignedAt = (events.Count == 0 ? now : events.Max(change => change.OccurredAt)) + 300;
        foreach (var taken in moves.GroupBy(move => move.To))
        {
            var duration = 1_200 + (4 * taken.Count());
            events.Add(Event(taken.Key, RebalanceEventType.Assigned, assignedAt, 0, taken));
            events.Add(Event(taken.Key, RebalanceEventType.Ready, assignedAt + duration, duration, []));
        }
        foreach (var change in events.OrderBy(change => change.OccurredAt))
            _due.Enqueue(change);
    }

    /// <summary>Lets happen what is due.</summary>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="length">How long events are kept, in milliseconds.</param>
    public void Advance(long now, long length)
    {
        while (_due.TryPeek(out var change) && change.OccurredAt <= now)
        {
            Apply(_due.Dequeue());
            Events = Events.Add(change).Trim(now - length);
        }
    }

    private void Apply(RebalanceEvent change)
    {
        var replica = _replicas.Values.Single(replica => replica.MemberId == change.MemberId);
        change.Epoch = change.Type == RebalanceEventType.Ready ? replica.Epoch : ++replica.Epoch;
        if (change.Type == RebalanceEventType.Ready)
        {
            foreach (var topic in topics)
            {
                for (var partition = 0; partition < topic.Owners.Length; partition++)
                {
                    if (topic.Owners[partition] == replica.Number && topic.IsRestoring[partition])
                    {
                        topic.IsRestoring[partition] = false;
                        replica.RestoredBytes += RestoredBytesPerPartition;
                    }
                }
            }
            return;
        }
        var isAssigned = change.Type == RebalanceEventType.Assigned;
        foreach (var (topic, partition) in change.Partitions.SelectMany(owned => owned.Partitions.Select(partition => (topics.Single(topic => topic.Name == owned.Topic), partition))))
        {
            topic.Owners[partition] = isAssigned ? replica.Number : null;
            topic.IsRestoring[partition] = isAssigned;
        }
        if (!isAssigned && topics.All(topic => !topic.Owners.Contains(replica.Number)))
            _replicas.Remove(replica.Number);
    }

    private RebalanceEvent Event(int replica, RebalanceEventType type, long at, double duration, IEnumerable<DemoMove> moves)
    {
        var change = new RebalanceEvent { MemberId = _replicas[replica].MemberId, Type = type, OccurredAt = at, Duration = duration };
        foreach (var topic in moves.GroupBy(move => move.Topic.Name))
            change.Partitions.Add(new TopicPartitions { Topic = topic.Key, Partitions = { topic.Select(move => move.Partition).Order() } });
        return change;
    }

    /// <summary>As few partitions as lead to even shares.</summary>
    private static List<DemoMove> Moves(DemoTopic topic, int count)
    {
        var homeless = new Queue<int>();
        var owned = Enumerable.Range(1, count).ToDictionary(number => number, _ => new List<int>());
        for (var partition = 0; partition < topic.Owners.Length; partition++)
        {
            if (topic.Owners[partition] is { } owner && owned.TryGetValue(owner, out var list))
                list.Add(partition);
            else
                homeless.Enqueue(partition);
        }
        int Quota(int number) => (topic.Owners.Length / count) + (number <= topic.Owners.Length % count ? 1 : 0);
        foreach (var (number, partitions) in owned)
        {
            foreach (var partition in partitions.Skip(Quota(number)))
                homeless.Enqueue(partition);
        }
        var moves = new List<DemoMove>();
        foreach (var (number, partitions) in owned)
        {
            for (var missing = Quota(number) - partitions.Count; missing > 0; missing--)
            {
                var partition = homeless.Dequeue();
                moves.Add(new DemoMove(topic, partition, topic.Owners[partition], number));
            }
        }
        return moves;
    }

    /// <summary>Partitions that two replicas exchange though neither needs to.</summary>
    private static IEnumerable<DemoMove> Swaps(DemoTopic topic, List<DemoMove> moves)
    {
        var moving = moves.Where(move => move.Topic == topic).Select(move => move.Partition).ToHashSet();
        var still = Enumerable.Range(0, topic.Owners.Length).Where(partition => !moving.Contains(partition)).ToLookup(partition => topic.Owners[partition]);
        return still[1].Take(20).Select(partition => new DemoMove(topic, partition, 1, 2)).Concat(still[2].Take(20).Select(partition => new DemoMove(topic, partition, 2, 1)));
    }
}

/// <summary>A made-up replica.</summary>
internal sealed class DemoReplica(int number, long startedAt)
{
    public int Number { get; } = number;

    public long StartedAt { get; } = startedAt;

    /// <summary>A replica that comes back is another member.</summary>
    public string MemberId { get; } = $"demo-{number}-{startedAt}";

    public string Name => $"feed-generator-{Number}";

    public long Epoch { get; set; }

    public long Entries { get; set; }

    public long RestoredBytes { get; set; }
}

/// <summary>A partition that changes its owner.</summary>
internal sealed record DemoMove(DemoTopic Topic, int Partition, int? From, int To);
