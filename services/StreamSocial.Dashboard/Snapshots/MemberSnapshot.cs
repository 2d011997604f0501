using System.Collections.Immutable;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>One feed generator: a row of the member table.</summary>
/// <remarks>
/// A new column needs a property here, its field in <c>web/src/snapshot.ts</c>, and an entry in the columns of <c>web/src/members.ts</c> and of
/// <see cref="Pages.PlainMembers"/>.
/// </remarks>
/// <param name="Id">Member id.</param>
/// <param name="Name">Name of its resource, or the id when it has none.</param>
/// <param name="Endpoint">Base address of its HTTP API.</param>
/// <param name="Epoch">Changes of its assignment so far.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="ReportedAt">Unix milliseconds.</param>
/// <param name="IsSilent">Whether it has not reported for longer than the timeout.</param>
/// <param name="Partitions">Partitions it owns, parallel to the snapshot's topics.</param>
/// <param name="Restoring">Partitions without a position yet.</param>
/// <param name="ToCome">Partitions that others still own and it prepares to take over.</param>
/// <param name="Warm">Of these, the ones whose state it has.</param>
/// <param name="IsLeaving">Whether it gives everything back and then ends.</param>
/// <param name="Lag">Sum of the lags of its partitions; null when one is unknown.</param>
/// <param name="Busy">Share of time spent processing, 0 to 1.</param>
/// <param name="TrueRate">Entries per second it could do if never idle.</param>
/// <param name="EntriesPerSecond">Entries per second it does.</param>
/// <param name="Counters">Totals since it started.</param>
/// <param name="Load">What it takes of its machine, and what it holds.</param>
internal sealed record MemberSnapshot(
    string Id,
    string Name,
    string Endpoint,
    long Epoch,
    long StartedAt,
    long ReportedAt,
    bool IsSilent,
    int[] Partitions,
    int Restoring,
    int ToCome,
    int Warm,
    bool IsLeaving,
    long? Lag,
    double? Busy,
    double? TrueRate,
    double? EntriesPerSecond,
    CountersSnapshot? Counters,
    MemberLoadSnapshot Load)
{
    /// <param name="member">The member's latest report.</param>
    /// <param name="index">Its index among the snapshot's members.</param>
    /// <param name="earlier">The group at the start of the rate window; null when there is none yet.</param>
    /// <param name="current">The group now.</param>
    /// <param name="topics">The snapshot's topics.</param>
    public static MemberSnapshot From(Member member, int index, GroupReading? earlier, GroupReading current, ImmutableArray<TopicSnapshot> topics)
    {
        var past = earlier?.Members?.FirstOrDefault(other => other.MemberId == member.MemberId);
        return new MemberSnapshot(
            member.MemberId,
            member.ResourceName is { Length: > 0 } name ? name : member.MemberId,
            member.Endpoint,
            member.Epoch,
            member.StartedAt,
            member.ReportedAt,
            current.IsSilent(member),
            [.. topics.Select(topic => member.Topics.Where(owned => owned.Topic == topic.Name).Sum(owned => owned.Partitions.Count))],
            member.Topics.Sum(topic => topic.NextOffsets.Count(offset => offset < 0)),
            member.ToCome,
            member.Warm,
            member.IsLeaving,
            LagOf(index, topics),
            member.HasBusyRatio ? member.BusyRatio : null,
            member.HasTrueRate ? member.TrueRate : null,
            Rate(past, member),
            member.Counters is { } counters ? CountersSnapshot.From(counters, member.Audit) : null,
            MemberLoadSnapshot.From(member));
    }

    private static long? LagOf(int index, ImmutableArray<TopicSnapshot> topics)
    {
        long lag = 0;
        foreach (var topic in topics)
        {
            if (topic.Owners is null)
                return null;
            for (var partition = 0; partition < topic.Owners.Length; partition++)
            {
                if (topic.Owners[partition] != index)
                    continue;
                if (topic.Lags![partition] is not { } known)
                    return null;
                lag += known;
            }
        }
        return lag;
    }

    // Measured by the member's own clock: its reports are not as evenly spaced as the readings.
    private static double? Rate(Member? past, Member now) =>
        past?.Counters is { } before && now.Counters is { } after && now.ReportedAt > past.ReportedAt && after.EntriesProcessed >= before.EntriesProcessed
            ? (after.EntriesProcessed - before.EntriesProcessed) * 1000.0 / (now.ReportedAt - past.ReportedAt)
            : null;
}

/// <summary>Totals of one member, or of all that report.</summary>
internal sealed record CountersSnapshot(long Entries, long Emitted, long Lost, long Duplicates, long Misordered, long Checkpoints)
{
    /// <param name="counters">Totals of the member since it started.</param>
    /// <param name="audit">Over the lives of its tasks; null from a member that is too old to know.</param>
    public static CountersSnapshot From(MemberCounters counters, AuditTotals? audit) => new(
        counters.EntriesProcessed,
        counters.EntriesEmitted,
        audit?.Lost ?? counters.EntriesLost,
        audit?.DuplicatesDropped ?? counters.DuplicatesDropped,
        audit?.Misordered ?? counters.EntriesMisordered,
        counters.Checkpoints);

    public static CountersSnapshot operator +(CountersSnapshot left, CountersSnapshot right) => new(
        left.Entries + right.Entries,
        left.Emitted + right.Emitted,
        left.Lost + right.Lost,
        left.Duplicates + right.Duplicates,
        left.Misordered + right.Misordered,
        left.Checkpoints + right.Checkpoints);
}

/// <summary>What a member takes of its machine, and what it holds. Null is unknown.</summary>
/// <param name="Lanes">Threads that process.</param>
/// <param name="MemoryBytes">Memory of its process.</param>
/// <param name="MemoryLimitBytes">Memory that it may take.</param>
/// <param name="StateBytes">Keys and values of its tasks, as of their last checkpoints.</param>
/// <param name="Entries">Entries in its stores.</param>
/// <param name="Owned">Partitions it owns.</param>
/// <param name="Restored">Of these, the ones that have a position.</param>
internal sealed record MemberLoadSnapshot(int? Lanes, long? MemoryBytes, long? MemoryLimitBytes, long? StateBytes, long? Entries, int Owned, int Restored)
{
    public static MemberLoadSnapshot From(Member member) => new(
        member.Lanes > 0 ? member.Lanes : null,
        member.MemoryBytes > 0 ? member.MemoryBytes : null,
        member.MemoryLimitBytes > 0 ? member.MemoryLimitBytes : null,
        // A member whose stores are empty names them; one that is too old to know does not.
        member.Stores.Count > 0 ? member.StateBytes : null,
        member.Stores.Count > 0 ? member.Stores.Sum(store => store.Entries) : null,
        member.Topics.Sum(topic => topic.NextOffsets.Count),
        member.Topics.Sum(topic => topic.NextOffsets.Count(offset => offset >= 0)));
}
