using StreamSocial.Streams.Membership;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>Finds assignments that a member was not told of, and says when this member should join again for them.</summary>
/// <remarks>
/// librdkafka gives a heartbeat of KIP-848 up after one heartbeat interval and asks again without asking for the assignment, and the broker
/// sends an assignment once. So an answer that is late for once, which happens when machines are busy and so just when members come and
/// go, leaves a member that was never told what it should have or should give back, until it is put out or the group next changes. A member
/// that joins again is such a change, and is itself told all that it should have. Two things show it:
/// <list type="bullet">
/// <item>Partitions stay without an owner. Most likely the member with the fewest partitions was not told; it joins again.</item>
/// <item>A member keeps more partitions than any assignor gives one. It was not told to give some back, and joins again.</item>
/// </list>
/// (Asking the coordinator who has what would be surer, but librdkafka's request for that ends the process with a failed assertion when the
/// coordinator dies meanwhile.)
/// </remarks>
/// <param name="members">Who has what, by their own words.</param>
/// <param name="inputs">All input topics with their numbers of partitions.</param>
/// <param name="self">This member's id.</param>
internal sealed class StuckAssignmentDetector(IMembersView members, IReadOnlyList<(string Topic, int Partitions)> inputs, string self)
{
    private const string Nobody = "";

    /// <summary>Much longer than a partition waits in a handover; that of many partitions one after the other may take longer.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(10);

    /// <summary>Joining again costs a handover each time, so it is tried less and less often.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(2);

    private HashSet<(string Topic, int Partition)> _misplaced = [];
    private TimeSpan _since;
    private TimeSpan _patience = FirstPatience;

    /// <summary>Whether this member should join again now; said once, then the patience begins anew and is twice as long.</summary>
    /// <param name="now">Rises from call to call.</param>
    public bool ShouldRejoin(TimeSpan now)
    {
        var snapshot = members.Current;
        var owned = snapshot.IsCaughtUp ? ReadOwners() : null;
        var orphans = owned?[Nobody].ToHashSet() ?? [];
        var misplaced = owned is null || orphans.Count > 0 ? orphans : FindSurplus(snapshot, owned);
        if (misplaced.Count == 0)
            _patience = FirstPatience;
        // As long as it is not always the same ones, a handover goes on.
        if (!misplaced.SetEquals(_misplaced))
            (_misplaced, _since) = (misplaced, now);
        if (misplaced.Count == 0 || now - _since < _patience)
            return false;
        _since = now;
        _patience = 2 * _patience < LongestPatience ? 2 * _patience : LongestPatience;
        return orphans.Count == 0 || HasFewestPartitions(snapshot);
    }

    private ILookup<string, (string Topic, int Partition)> ReadOwners() => inputs
        .SelectMany(input => Enumerable.Range(0, input.Partitions).Select(partition => (input.Topic, Partition: partition)))
        .ToLookup(input => members.TryGetOwner(input.Topic, input.Partition, out var owner) ? owner.MemberId : Nobody);

    /// <summary>All that this member has, when that is more than any assignor gives one of so many; else nothing.</summary>
    /// <remarks>A member whose partitions others have by newer word is gone, though its last report may still count.</remarks>
    private HashSet<(string Topic, int Partition)> FindSurplus(MembersSnapshot snapshot, ILookup<string, (string Topic, int Partition)> owned)
    {
        var count = snapshot.Members.Values.Count(member => CountPartitions(member) == 0 || owned.Contains(member.MemberId));
        var most = inputs.Sum(input => (input.Partitions + count - 1) / Math.Max(1, count));
        return owned[self].Count() > most ? [.. owned[self]] : [];
    }

    /// <summary>Members that the group has never told anything are still joining: what they ask with asks for everything.</summary>
    private bool HasFewestPartitions(MembersSnapshot snapshot) =>
        snapshot.Members.Values.Where(member => member.Epoch > 0).OrderBy(CountPartitions).ThenBy(member => member.MemberId, StringComparer.Ordinal).FirstOrDefault()?.MemberId == self;

    private static int CountPartitions(Member member) => member.Topics.Sum(topic => topic.Partitions.Count);
}
