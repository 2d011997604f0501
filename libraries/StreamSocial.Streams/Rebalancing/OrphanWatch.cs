using StreamSocial.Events.Runtime;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>Finds partitions that nobody has although the group has members, and says which member should join again for them.</summary>
/// <remarks>
/// librdkafka gives a heartbeat of KIP-848 up after one heartbeat interval and asks again without asking for the assignment, and the broker
/// sends an assignment once. So an answer that is late for once, which happens when machines are busy and so just when members come and
/// go, leaves a member that was never told what it should have, and partitions without an owner until the group next changes. A member that
/// joins again is such a change: all are told all that they should have. It is most likely the one with the fewest partitions that was
/// not told. (Asking the coordinator who has what would be surer, but librdkafka's request for that ends the process with a failed
/// assertion when the coordinator dies meanwhile.)
/// </remarks>
/// <param name="members">Who has what, by their own words.</param>
/// <param name="inputs">All input topics with their numbers of partitions.</param>
/// <param name="self">This member's id.</param>
internal sealed class OrphanWatch(IMembersView members, IReadOnlyList<(string Topic, int Partitions)> inputs, string self)
{
    /// <summary>Much longer than a partition is nobody's in a handover; that of many partitions one after the other may take longer.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(10);

    /// <summary>Joining again costs a handover each time, so it is tried less and less often.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(2);

    private HashSet<(string Topic, int Partition)> _orphans = [];
    private TimeSpan _since;
    private TimeSpan _patience = FirstPatience;

    /// <summary>Whether this member should join again now; said once, then the patience begins anew and is twice as long.</summary>
    /// <param name="now">Rises from call to call.</param>
    public bool MustRejoin(TimeSpan now)
    {
        var snapshot = members.Current;
        var orphans = snapshot.IsCaughtUp ? FindOrphans(snapshot) : [];
        if (orphans.Count == 0)
            _patience = FirstPatience;
        // As long as it is not always the same ones that nobody has, a handover goes on.
        if (!orphans.SetEquals(_orphans))
            (_orphans, _since) = (orphans, now);
        if (orphans.Count == 0 || now - _since < _patience)
            return false;
        _since = now;
        _patience = 2 * _patience < LongestPatience ? 2 * _patience : LongestPatience;
        return IsPoorest(snapshot);
    }

    private HashSet<(string Topic, int Partition)> FindOrphans(MembersSnapshot snapshot)
    {
        var orphans = inputs.SelectMany(input => Enumerable.Range(0, input.Partitions).Select(partition => (input.Topic, partition))).ToHashSet();
        foreach (var topic in snapshot.Members.Values.SelectMany(member => member.Topics))
            orphans.ExceptWith(topic.Partitions.Select(partition => (topic.Topic, partition)));
        return orphans;
    }

    /// <summary>Members that the group has never told anything are still joining: what they ask with asks for everything.</summary>
    private bool IsPoorest(MembersSnapshot snapshot) =>
        snapshot.Members.Values.Where(member => member.Epoch > 0).OrderBy(CountPartitions).ThenBy(member => member.MemberId, StringComparer.Ordinal).FirstOrDefault()?.MemberId == self;

    private static int CountPartitions(Member member) => member.Topics.Sum(topic => topic.Partitions.Count);
}
