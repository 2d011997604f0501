using System.Collections.Immutable;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Rebalances;

/// <summary>Folds rebalance events, oldest first, into rebalances. Without clock and I/O.</summary>
/// <remarks>
/// Events carry no common number: a member's epoch is its own. So a rebalance lasts from the first event until each partition that it touched runs
/// again, and what follows within <see cref="MaxGap"/> still belongs to it.
/// </remarks>
internal sealed class RebalanceFold
{
    /// <summary>Longest time between two events of one rebalance while every partition runs: members hear of it with their next heartbeats.</summary>
    private static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(2);

    private readonly ImmutableDictionary<(string Topic, int Partition), PartitionState>.Builder _partitions;
    private readonly List<FoldedRebalance> _rebalances = [];

    /// <param name="before">The partitions before the first event.</param>
    public RebalanceFold(ImmutableDictionary<(string Topic, int Partition), PartitionState> before)
    {
        _partitions = before.ToBuilder();
        var unsettled = before.Where(entry => !entry.Value.IsSettled).ToList();
        // Only where so much happened at once that the events of a rebalance that goes on are no longer kept.
        if (unsettled.Count > 0)
        {
            var cut = new FoldedRebalance(unsettled.Min(entry => entry.Value.PausedSince ?? long.MaxValue));
            cut.Unsettled.UnionWith(unsettled.Select(entry => entry.Key));
            _rebalances.Add(cut);
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<FoldedRebalance> Rebalances => _rebalances;

    public ImmutableDictionary<(string Topic, int Partition), PartitionState> Partitions => _partitions.ToImmutable();

    /// <summary>A partition after the last event.</summary>
    public PartitionState this[(string Topic, int Partition) partition] => _partitions[partition];

    /// <summary>When what an event tells of began: a member says that it gave partitions back when it has.</summary>
    public static long StartOf(RebalanceEvent change) =>
        change.Type == RebalanceEventType.Revoked ? change.OccurredAt - (long)change.Duration : change.OccurredAt;

    /// <summary>Whether an event that began at <paramref name="next"/> would begin another rebalance; null when no event is known.</summary>
    public bool IsSettledUntil(long? next) =>
        _rebalances is not [.., var last] || (last.Unsettled.Count == 0 && (next is null || next - last.LastEventAt > MaxGap.TotalMilliseconds));

    public void Apply(RebalanceEvent change)
    {
        switch (change.Type)
        {
            case RebalanceEventType.Assigned:
                Assign(change);
                break;
            case RebalanceEventType.Revoked:
                Release(change, PhaseKind.Revoked);
                break;
            case RebalanceEventType.Lost:
                Release(change, PhaseKind.Lost);
                break;
            case RebalanceEventType.Ready:
                Ready(change);
                break;
            default:
                // A type of a later version of the contract.
                break;
        }
    }

    private static List<(string Topic, int Partition)> PartitionsOf(RebalanceEvent change) =>
        [.. change.Partitions.SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, partition)))];

    private void Assign(RebalanceEvent change)
    {
        var assigned = PartitionsOf(change);
        if (assigned.Count == 0)
            return;
        var rebalance = Begin(change);
        foreach (var partition in assigned)
        {
            var isKnown = _partitions.TryGetValue(partition, out var state);
            // A partition that ran until now had a holder that never said goodbye.
            var leftWithoutAWord = isKnown && state.IsSettled;
            rebalance.Move(partition, isKnown ? state.Holder : null, change.MemberId);
            _partitions[partition] = leftWithoutAWord
                ? new PartitionState(change.MemberId, true, change.OccurredAt, true)
                : state with { Holder = change.MemberId, IsRestoring = true };
            rebalance.Unsettled.Add(partition);
        }
        CloseAbandoned(rebalance, change.OccurredAt);
        rebalance.Phases.Add(new RebalancePhase(change.MemberId, PhaseKind.Restoring, change.OccurredAt, null, assigned.Count, change.Epoch));
    }

    private void Release(RebalanceEvent change, PhaseKind kind)
    {
        var released = PartitionsOf(change);
        if (released.Count == 0)
            return;
        var startedAt = StartOf(change);
        var rebalance = Begin(change);
        foreach (var partition in released)
        {
            if (_partitions.TryGetValue(partition, out var state) && state.Holder != change.MemberId)
            {
                // Somebody else has it already: late news, of a member that was cut off, or whose clock is ahead.
                if (state is { IsStartUnknown: true, PausedSince: { } assumed } && rebalance.OwnerBefore(partition) == change.MemberId)
                    _partitions[partition] = state with { PausedSince = Math.Min(assumed, startedAt), IsStartUnknown = false };
                continue;
            }
            rebalance.Move(partition, change.MemberId, null);
            // What was being restored has been paused before, or has never run.
            _partitions[partition] = state.IsRestoring ? state with { Holder = null, IsRestoring = false } : new PartitionState(null, false, startedAt, false);
            rebalance.Unsettled.Add(partition);
        }
        CloseAbandoned(rebalance, change.OccurredAt);
        rebalance.Phases.Add(new RebalancePhase(change.MemberId, kind, startedAt, change.OccurredAt, released.Count, change.Epoch));
    }

    private void Ready(RebalanceEvent change)
    {
        if (_rebalances is not [.., var rebalance])
            return;
        foreach (var partition in rebalance.Unsettled.Where(partition => _partitions[partition] is { IsRestoring: true } state && state.Holder == change.MemberId).ToList())
        {
            if (_partitions[partition] is { PausedSince: { } since } state)
                rebalance.Pauses.Add(new PartitionPause(partition, since, change.OccurredAt, state.IsStartUnknown));
            _partitions[partition] = new PartitionState(change.MemberId, false, null, false);
            rebalance.Unsettled.Remove(partition);
            rebalance.LastEventAt = change.OccurredAt;
        }
        rebalance.Close(change.MemberId, PhaseKind.Ready, change.OccurredAt);
    }

    private FoldedRebalance Begin(RebalanceEvent change)
    {
        var startedAt = StartOf(change);
        if (_rebalances is not [.., var last] || IsSettledUntil(startedAt))
            _rebalances.Add(last = new FoldedRebalance(startedAt));
        last.StartedAt = Math.Min(last.StartedAt, startedAt);
        last.LastEventAt = change.OccurredAt;
        return last;
    }

    /// <summary>Ends the restores of members that no longer hold what they restored.</summary>
    private void CloseAbandoned(FoldedRebalance rebalance, long at)
    {
        if (!rebalance.Phases.Exists(phase => phase.Kind == PhaseKind.Restoring))
            return;
        var restoring = rebalance.Unsettled.Select(partition => _partitions[partition]).Where(state => state.IsRestoring).Select(state => state.Holder).ToHashSet();
        foreach (var member in rebalance.Phases.Where(phase => phase.Kind == PhaseKind.Restoring && !restoring.Contains(phase.MemberId)).Select(phase => phase.MemberId).ToList())
            rebalance.Close(member, PhaseKind.Abandoned, at);
    }
}

/// <summary>One rebalance while it is put together.</summary>
internal sealed class FoldedRebalance(long startedAt)
{
    public long StartedAt { get; set; } = startedAt;

    public long LastEventAt { get; set; } = startedAt;

    public List<RebalancePhase> Phases { get; } = [];

    public List<PartitionPause> Pauses { get; } = [];

    /// <summary>Partitions that nobody processes yet.</summary>
    public HashSet<(string Topic, int Partition)> Unsettled { get; } = [];

    /// <summary>Who had each partition that it touched before and after; null is nobody.</summary>
    public Dictionary<(string Topic, int Partition), (string? Before, string? After)> Owners { get; } = [];

    public string? OwnerBefore((string Topic, int Partition) partition) => Owners.GetValueOrDefault(partition).Before;

    public void Move((string Topic, int Partition) partition, string? from, string? to) =>
        Owners[partition] = (Owners.TryGetValue(partition, out var owners) ? owners.Before : from, to);

    public void Close(string memberId, PhaseKind kind, long at)
    {
        for (var i = 0; i < Phases.Count; i++)
        {
            if (Phases[i].Kind == PhaseKind.Restoring && Phases[i].MemberId == memberId)
                Phases[i] = Phases[i] with { Kind = kind, To = at };
        }
    }
}

/// <summary>What a member did with some partitions.</summary>
internal enum PhaseKind
{
    /// <summary>It gave them back, after a last checkpoint.</summary>
    Revoked,

    /// <summary>It was cut off and discarded them.</summary>
    Lost,

    /// <summary>They were assigned, and their states are being restored.</summary>
    Restoring,

    /// <summary>They were assigned and restored; it processes them.</summary>
    Ready,

    /// <summary>They were assigned, and left it again before they were restored.</summary>
    Abandoned,
}

/// <param name="MemberId">The member.</param>
/// <param name="Kind">What it did.</param>
/// <param name="From">Unix milliseconds.</param>
/// <param name="To">Unix milliseconds; null while it goes on.</param>
/// <param name="Partitions">How many.</param>
/// <param name="Epoch">Changes of the member's assignment until then.</param>
internal sealed record RebalancePhase(string MemberId, PhaseKind Kind, long From, long? To, int Partitions, long Epoch);

/// <param name="Partition">The partition.</param>
/// <param name="From">Unix milliseconds.</param>
/// <param name="To">Unix milliseconds.</param>
/// <param name="IsStartUnknown">Whether it began at an unknown time before.</param>
internal readonly record struct PartitionPause((string Topic, int Partition) Partition, long From, long To, bool IsStartUnknown);
