using System.Collections.Immutable;
using StreamSocial.Scaling.Signals;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Scaling.Policies;

/// <summary>
/// The load of the group in replicas: how many replicas, always busy, it takes. A record takes the busy time that its stage measured, so loads of all
/// topics add up. What is unknown makes a bound instead of a figure: the least and the most that the load can be.
/// </summary>
/// <remarks>
/// Topics that the group fills itself arrive only as fast as the group processes their source, so an overloaded group sees too little of them. Their arrival is
/// raised by the ratio of the source's arrival to its processing, as DS2 does (Kalavri et al., OSDI 2018, true rates along the dataflow).
/// </remarks>
public sealed class GroupLoad
{
    /// <summary>Most by which the arrival of a topic is raised for its source's backlog: more than that is no measurement.</summary>
    private const double MaxRaise = 50;

    /// <summary>Least share of busy time that is believed of a group that falls behind.</summary>
    private const double LeastBusy = 0.2;

    private readonly List<TopicLoad> _topics = [];
    private readonly List<string> _unknown = [];

    /// <summary>Time that a record takes for each second of busy time. A group that falls behind although none of its members is always busy waits for something else.</summary>
    private double _waiting = 1;

    /// <summary>What a byte of key or value takes in memory, with its objects: an assumption.</summary>
    private const double BytesOfAStateByte = 4;

    /// <summary>Memory of a replica without its states, and of all states, as shares of what a replica may hold; null when unknown.</summary>
    private double? _ownMemory;
    private double? _stateMemory;

    /// <summary>What will arrive for each record that arrives now.</summary>
    private double _rise = 1;

    private GroupLoad()
    {
    }

    /// <summary>Replicas that the arrival alone takes, at least.</summary>
    public double Arrival { get; private set; }

    /// <summary>Replica-seconds that wait, at least, with what they will make downstream.</summary>
    public double Backlog { get; private set; }

    /// <summary>Records per second that arrive, at least.</summary>
    public double ArrivalRecords { get; private set; }

    /// <summary>Records per second that are processed, at least.</summary>
    public double ProcessedRecords { get; private set; }

    /// <summary>Records that wait, at least.</summary>
    public long BacklogRecords { get; private set; }

    /// <summary>Age of the oldest unprocessed record, at least; null when no partition's is known.</summary>
    public TimeSpan? OldestAge { get; private set; }

    /// <summary>The same without the partitions whose records wait for something that replicas do not bring.</summary>
    public TimeSpan? RelievableAge { get; private set; }

    /// <summary>The partition with the oldest of the records that wait for something else; null when there is none.</summary>
    public PartitionSignal? Unrelievable { get; private set; }

    /// <summary>Whether anything of the load is known: the lag or the arrival of at least one partition.</summary>
    public bool IsMeasured { get; private set; }

    /// <summary>Whether the most that the load can be is known.</summary>
    public bool IsBounded { get; private set; } = true;

    /// <summary>Whether the cost of a record that waits or arrives has never been measured.</summary>
    public bool LacksCost { get; private set; }

    /// <summary>The partition that needs more than the thread which may process it, if any: no number of replicas relieves it.</summary>
    public (string Topic, int Partition)? HotPartition { get; private set; }

    /// <summary>Partitions without a position.</summary>
    public int Restoring { get; private set; }

    /// <summary>Partitions of the topic that has most: a further replica would own nothing.</summary>
    public int LargestTopic { get; private set; }

    /// <summary>Memory of the fullest replica as a share of what it may hold; null when unknown.</summary>
    public double? FullestMemory { get; private set; }

    /// <summary>
    /// Memory of each of so many replicas, as a share of what it may hold, with the states spread over them; null when unknown. What is no state (libraries,
    /// buffers, garbage) every replica has.
    /// </summary>
    public double? MemoryAt(int replicas) => _ownMemory + (_stateMemory / replicas);

    /// <summary>What could not be measured, in words.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    /// <summary>Computes the load.</summary>
    public static GroupLoad Of(ScalingSnapshot snapshot, ScalingOptions options)
    {
        var load = new GroupLoad();
        foreach (var topic in snapshot.UnreadTopics)
            load._unknown.Add($"log ends of {topic}");
        load.IsBounded = snapshot.UnreadTopics.IsEmpty && !snapshot.Partitions.IsEmpty;
        var perLane = 1.0 / (snapshot.Members is { Length: > 0 } members ? members.Average(member => member.Lanes) : 1);
        load.FindOldest(snapshot.Partitions);
        load.AddMemory(snapshot.Members ?? []);
        load.FullestMemory = snapshot.Members?.Max(member => member.MemoryRatio);
        load._rise = Math.Clamp(snapshot.ForecastRise ?? 1, 1, MaxRaise);
        load._waiting = load.RelievableAge > options.AgeTarget && snapshot.Members?.Max(member => member.BusyRatio) is { } busy ? 1 / Math.Clamp(busy, LeastBusy, 1) : 1;
        var byTopic = snapshot.Partitions.GroupBy(partition => partition.Topic).ToDictionary(topic => topic.Key, topic => topic.ToImmutableArray());
        foreach (var (topic, partitions) in byTopic)
            load.Add(topic, partitions, snapshot, byTopic, options, perLane);
        return load;
    }

    /// <summary>
    /// Utilisation of the busiest of so many replicas at the least load: a replica owns whole partitions, so of 60 partitions and 7 replicas one owns 9.
    /// </summary>
    /// <param name="replicas">Number of replicas, at least 1.</param>
    /// <param name="growth">Replicas more than measured, for the backlog that grows until a move is done.</param>
    public double UtilisationAt(int replicas, double growth = 0) => UtilisationAt(replicas, growth, static topic => topic.Least);

    /// <summary>The same for what arrives alone: nothing of it is for what waits.</summary>
    public double ArrivalUtilisationAt(int replicas) => UtilisationAt(replicas, 0, static topic => topic.Arrival);

    /// <summary>As <see cref="UtilisationAt(int, double)"/> at the most that the load can be; meaningless unless <see cref="IsBounded"/>.</summary>
    public double MostUtilisationAt(int replicas) => UtilisationAt(replicas, 0, static topic => topic.Most);

    private double UtilisationAt(int replicas, double growth, Func<TopicLoad, double> load)
    {
        var (sum, whole) = (0.0, 0.0);
        foreach (var topic in _topics)
        {
            sum += Math.Ceiling((double)topic.Partitions / replicas) / topic.Partitions * load(topic);
            whole += load(topic);
        }
        // Sums of many partitions are exact to some 1e-14; what equals a bound must not exceed it.
        return Math.Round(whole > 0 ? sum * (1 + (growth / whole)) : growth / replicas, 9);
    }

    private void Add(
        string topic,
        ImmutableArray<PartitionSignal> partitions,
        ScalingSnapshot snapshot,
        Dictionary<string, ImmutableArray<PartitionSignal>> byTopic,
        ScalingOptions options,
        double perLane)
    {
        LargestTopic = Math.Max(LargestTopic, partitions.Length);
        var catchUp = options.CatchUpTarget.TotalSeconds;
        var cost = snapshot.Costs.GetValueOrDefault(topic)?.SecondsPerRecord * _waiting;
        var (raise, raiseWithBacklog) = Raise(topic, snapshot, byTopic, catchUp);
        var (arriving, least, largest, unknown) = (0.0, 0.0, 0.0, 0);
        foreach (var partition in partitions)
        {
            Restoring += partition.IsRestoring ? 1 : 0;
            ProcessedRecords += partition.ProcessedRate ?? 0;
            ArrivalRecords += partition.ArrivalRate ?? 0;
            BacklogRecords += partition.LagRecords ?? 0;
            if (partition.ArrivalRate is null || partition.LagRecords is null)
                unknown++;
            IsMeasured |= partition.ArrivalRate is not null || partition.LagRecords is not null;
            var (arrival, waiting) = ((partition.ArrivalRate ?? 0) * _rise, IsRelievable(partition) ? (double)(partition.LagRecords ?? 0) : 0);
            if (arrival == 0 && waiting == 0)
                continue;
            if (cost is not { } seconds)
            {
                LacksCost = true;
                continue;
            }
            arriving += Math.Min(arrival * raise * seconds, perLane);
            Backlog += waiting * seconds;
            var needed = ((arrival * raiseWithBacklog) + (waiting / catchUp)) * seconds;
            // As measured: what is only expected makes no partition hot.
            if ((partition.ArrivalRate ?? 0) * seconds > perLane)
                HotPartition ??= (topic, partition.Partition);
            least += Math.Min(needed, perLane);
            largest = Math.Max(largest, Math.Min(needed, perLane));
        }
        if (unknown > 0)
            _unknown.Add($"arrival or lag of {unknown} partitions of {topic}");
        if (LacksCost && cost is null)
            _unknown.Add($"cost of a record of {topic}");
        // An unknown partition is at most as busy as the busiest known one; when none is known, nothing bounds it.
        IsBounded &= unknown < partitions.Length;
        Arrival += arriving;
        _topics.Add(new TopicLoad(partitions.Length, arriving, least, least + (unknown * largest)));
    }

    private void FindOldest(ImmutableArray<PartitionSignal> partitions)
    {
        foreach (var partition in partitions)
        {
            OldestAge = Older(OldestAge, partition.OldestAge);
            if (IsRelievable(partition))
                RelievableAge = Older(RelievableAge, partition.OldestAge);
            else if (partition.OldestAge is not null && Older(Unrelievable?.OldestAge, partition.OldestAge) == partition.OldestAge)
                Unrelievable = partition;
        }

        static TimeSpan? Older(TimeSpan? left, TimeSpan? right) => left is null || right > left ? right : left;
    }

    /// <summary>
    /// Whether more replicas can be what the partition's records wait for. A stage that waits until its outputs are taken waits, as a rule, for replicas that
    /// take them.
    /// </summary>
    private static bool IsRelievable(PartitionSignal partition) =>
        partition.Cause is not (DelayCause.NoOwner or DelayCause.Restoring or DelayCause.Poison or DelayCause.FailedTask);

    private void AddMemory(ImmutableArray<MemberSignal> members)
    {
        var known = members.Where(member => member.MemoryRatio is not null).ToArray();
        if (known.Length == 0)
            return;
        double StateOf(MemberSignal member) => Math.Min(member.MemoryRatio!.Value, BytesOfAStateByte * (member.StateRatio ?? 0));
        _ownMemory = known.Average(member => member.MemoryRatio!.Value - StateOf(member));
        _stateMemory = known.Average(StateOf) * members.Length;
    }

    private static (double Arrival, double WithBacklog) Raise(
        string topic, ScalingSnapshot snapshot, Dictionary<string, ImmutableArray<PartitionSignal>> byTopic, double catchUp)
    {
        var (arrival, withBacklog) = (1.0, 1.0);
        foreach (var source in snapshot.Upstream.GetValueOrDefault(topic, []))
        {
            if (!byTopic.TryGetValue(source, out var partitions))
                continue;
            var processed = partitions.Sum(partition => partition.ProcessedRate ?? 0);
            if (processed <= 0)
                continue;
            var arrived = partitions.Sum(partition => partition.ArrivalRate ?? 0);
            var waiting = partitions.Sum(partition => (double)(partition.LagRecords ?? 0));
            arrival = Math.Clamp(arrived / processed, arrival, MaxRaise);
            withBacklog = Math.Clamp((arrived + (waiting / catchUp)) / processed, withBacklog, MaxRaise);
        }
        return (arrival, withBacklog);
    }

    /// <param name="Partitions">Number of partitions.</param>
    /// <param name="Arrival">Replicas that its arrival alone takes at least.</param>
    /// <param name="Least">Replicas that it takes at least, with what waits.</param>
    /// <param name="Most">Replicas that it takes at most.</param>
    private readonly record struct TopicLoad(int Partitions, double Arrival, double Least, double Most);
}
