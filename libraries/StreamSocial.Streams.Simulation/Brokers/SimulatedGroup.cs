using Confluent.Kafka;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Simulation.Brokers;

/// <summary>
/// The group coordinator by the rules of the protocol <c>consumer</c> (KIP-848): a partition goes to its next member when the last one has
/// given it back or was removed, and a member's epoch changes with its assignment.
/// </summary>
internal sealed class SimulatedGroup(IReadOnlyList<TaskId> partitions, SimulationRandom random, bool acceptsAnyView)
{
    private readonly Dictionary<string, int> _epochs = [];
    private readonly Dictionary<TaskId, string> _targets = [];
    private readonly Dictionary<TaskId, string> _owners = [];
    private readonly Dictionary<TaskId, long> _committed = [];
    private readonly List<SimulatedTransaction> _pending = [];
    private int _epoch;

    public int Rebalances { get; private set; }

    public bool Has(string member) => _epochs.ContainsKey(member);

    /// <summary>Whether every partition is where it should be.</summary>
    public bool IsBalanced => partitions.All(partition => _owners.TryGetValue(partition, out var owner) && owner == _targets.GetValueOrDefault(partition));

    public GroupView Join(string member)
    {
        _epochs.Add(member, ++_epoch);
        Rebalance();
        return new GroupView(member, _epoch);
    }

    /// <summary>The member left or was evicted.</summary>
    public void Remove(string member)
    {
        if (!_epochs.Remove(member))
            return;
        foreach (var partition in partitions.Where(partition => _owners.GetValueOrDefault(partition) == member))
            _owners.Remove(partition);
        Rebalance();
    }

    /// <summary>Assigns the partitions again, mostly evenly.</summary>
    public void Rebalance()
    {
        _targets.Clear();
        if (_epochs.Count == 0)
            return;
        Rebalances++;
        string[] members = [.. _epochs.Keys];
        var first = random.Below(members.Length);
        for (var i = 0; i < partitions.Count; i++)
            _targets[partitions[i]] = random.OneIn(4) ? random.Pick(members) : members[(first + i) % members.Length];
    }

    /// <summary>What the group means a member to have, though others may still have it.</summary>
    public IReadOnlyList<TaskId> TargetOf(string member) => [.. partitions.Where(partition => _targets.GetValueOrDefault(partition) == member)];

    /// <summary>The answer to a member's heartbeat; null when it is no longer a member.</summary>
    public (GroupView View, List<TaskId> Revoked, List<TaskId> Assigned)? Heartbeat(string member)
    {
        if (!_epochs.TryGetValue(member, out var epoch))
            return null;
        List<TaskId> revoked = [.. partitions.Where(partition => _owners.GetValueOrDefault(partition) == member && _targets[partition] != member)];
        List<TaskId> assigned = [];
        // New partitions follow when it has given back the revoked ones.
        if (revoked.Count == 0)
            assigned.AddRange(partitions.Where(partition => !_owners.ContainsKey(partition) && _targets[partition] == member));
        foreach (var partition in assigned)
            _owners[partition] = member;
        if (assigned.Count > 0)
            _epochs[member] = epoch = ++_epoch;
        return (new GroupView(member, epoch), revoked, assigned);
    }

    public void GiveBack(string member, IEnumerable<TaskId> revoked)
    {
        foreach (var partition in revoked.Where(partition => _owners.GetValueOrDefault(partition) == member))
            _owners.Remove(partition);
        if (_epochs.ContainsKey(member))
            _epochs[member] = ++_epoch;
    }

    /// <summary>Why the offsets of a transaction are rejected; null when they are accepted, as they always are when they name no member.</summary>
    public ErrorCode? ErrorOf(GroupView view)
    {
        if (acceptsAnyView || view == GroupView.None)
            return null;
        if (!_epochs.TryGetValue(view.MemberId, out var epoch))
            return ErrorCode.UnknownMemberId;
        return epoch == view.Epoch ? null : ErrorCode.StaleMemberEpoch;
    }

    public void AddPending(SimulatedTransaction transaction)
    {
        if (!_pending.Contains(transaction))
            _pending.Add(transaction);
    }

    public bool IsPending(SimulatedTransaction transaction) => _pending.Contains(transaction);

    /// <summary>Applies a transaction's marker to the group's offsets.</summary>
    public void ApplyMarker(SimulatedTransaction transaction)
    {
        if (!_pending.Remove(transaction) || !transaction.IsCommitted)
            return;
        foreach (var offset in transaction.Offsets)
            _committed[TaskId.Of(offset.TopicPartition)] = offset.Offset.Value;
    }

    /// <summary>Whether no pending transaction will change the offset; readers of committed offsets wait for this.</summary>
    public bool IsStable(TaskId partition) => !_pending.Exists(pending => pending.Offsets.Exists(offset => TaskId.Of(offset.TopicPartition) == partition));

    public TopicPartitionOffset Committed(TopicPartition partition) =>
        new(partition, _committed.TryGetValue(TaskId.Of(partition), out var offset) ? new Offset(offset) : Offset.Unset);
}

/// <summary>What a client knows about its membership in the group.</summary>
/// <param name="MemberId">Its member id; empty when it has none.</param>
/// <param name="Epoch">Its epoch; -1 when it has none.</param>
internal sealed record GroupView(string MemberId, int Epoch) : IConsumerGroupMetadata
{
    public static GroupView None { get; } = new("", -1);
}
