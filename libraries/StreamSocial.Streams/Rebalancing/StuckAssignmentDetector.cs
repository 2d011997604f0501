using StreamSocial.Streams.Membership;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>Suspects that an assignment never reached its member. The group's coordinator knows whether that is so: see <see cref="AssignmentCheck"/>.</summary>
/// <remarks>
/// librdkafka abandons a KIP-848 heartbeat after one heartbeat interval, and its next heartbeat does not ask for the assignment again, which
/// the broker sends only once. One late answer is enough, and busy machines, where members often come and go, make it likely. The member then
/// does not know what it owns or must give back until it is removed or the group next changes. A member that rejoins causes such a change
/// and receives its whole assignment. There are two symptoms: partitions stay without an owner, or a member keeps more than any assignor gives to
/// one. Both have other causes too: a foreign member of the group, or a report of a member that there is not.
/// </remarks>
/// <param name="members">The members and the partitions that they report.</param>
/// <param name="inputs">All input topics with their numbers of partitions.</param>
/// <param name="self">This member's id.</param>
internal sealed class StuckAssignmentDetector(IMembersView members, IReadOnlyList<(string Topic, int Partitions)> inputs, string self)
{
    private const string Unowned = "";

    /// <summary>Much longer than one partition takes in a handover; many partitions in sequence may take longer.</summary>
    private static readonly TimeSpan InitialDelay = TimeSpan.FromSeconds(10);

    /// <summary>Each question costs the coordinator a look at the whole group, so the delay doubles up to this.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(2);

    private HashSet<(string Topic, int Partition)> _misplaced = [];
    private TimeSpan _since;
    private TimeSpan _delay = InitialDelay;

    /// <summary>Whether this member should ask now. After true the delay starts again and is twice as long.</summary>
    /// <param name="now">Rises from call to call.</param>
    public bool IsSuspicious(TimeSpan now)
    {
        var snapshot = members.Current;
        var owned = snapshot.IsCaughtUp ? ReadOwners() : null;
        var orphans = owned?[Unowned].ToHashSet() ?? [];
        var misplaced = owned is null || orphans.Count > 0 ? orphans : FindSurplus(snapshot, owned);
        if (misplaced.Count == 0)
            _delay = InitialDelay;
        // While the partitions change, a handover is in progress.
        if (!misplaced.SetEquals(_misplaced))
            (_misplaced, _since) = (misplaced, now);
        if (misplaced.Count == 0 || now - _since < _delay)
            return false;
        _since = now;
        _delay = 2 * _delay < MaxDelay ? 2 * _delay : MaxDelay;
        return true;
    }

    private ILookup<string, (string Topic, int Partition)> ReadOwners() => inputs
        .SelectMany(input => Enumerable.Range(0, input.Partitions).Select(partition => (input.Topic, Partition: partition)))
        .ToLookup(input => members.TryGetOwner(input.Topic, input.Partition, out var owner) ? owner.MemberId : Unowned);

    /// <summary>All partitions of this member if they are more than any assignor gives to one of so many members; otherwise none.</summary>
    /// <remarks>A member whose partitions others own by newer reports is gone, though its last report has not yet expired.</remarks>
    private HashSet<(string Topic, int Partition)> FindSurplus(MembersSnapshot snapshot, ILookup<string, (string Topic, int Partition)> owned)
    {
        var count = snapshot.Members.Values.Count(member => CountPartitions(member) == 0 || owned.Contains(member.MemberId));
        var most = inputs.Sum(input => (input.Partitions + count - 1) / Math.Max(1, count));
        return owned[self].Count() > most ? [.. owned[self]] : [];
    }

    private static int CountPartitions(Member member) => member.Topics.Sum(topic => topic.Partitions.Count);
}
