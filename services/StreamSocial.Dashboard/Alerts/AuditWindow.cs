using System.Collections.Immutable;
using StreamSocial.Alerts.Evaluation;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>
/// What the members' audits counted lately. Each member counts from its own start, so that a partition that moves moves no count. What a member has counted when it is
/// first seen is new: nobody may have been told of it. Immutable; each step is a pure function.
/// </summary>
/// <param name="At">The last reading; null before.</param>
/// <param name="Since">The first reading in which members were known, since the clock was set back last; null before.</param>
/// <param name="Counted">By member, what it had counted when it was seen last.</param>
/// <param name="Added">What came, oldest first; no older than <see cref="Length"/>.</param>
internal sealed record AuditWindow(
    DateTimeOffset? At, DateTimeOffset? Since, ImmutableDictionary<(string MemberId, long StartedAt), CountedMember> Counted, ImmutableArray<AuditCount> Added)
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(10);

    public static readonly AuditWindow Empty = new(null, null, ImmutableDictionary<(string, long), CountedMember>.Empty, []);

    /// <summary>A member that nobody reported for so long does not come back.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    /// <summary>The window after a reading.</summary>
    public AuditWindow After(GroupReading group)
    {
        // The clock was set back: when what was added came is unknown. What members have counted stays, so that it is not new again.
        if (group.At < At)
            return (this with { At = null, Since = null, Added = [] }).After(group);
        if (group.Members is not { } members)
            return this with { At = group.At, Added = Young(Added, group.At) };
        var (counted, added) = (Counted.ToBuilder(), Added.ToBuilder());
        foreach (var member in members.Where(member => member.Counters is not null))
        {
            var key = (member.MemberId, member.StartedAt);
            var (lost, misordered) = (member.Counters.EntriesLost, member.Counters.EntriesMisordered);
            var before = counted.GetValueOrDefault(key);
            if (lost > before.Lost || misordered > before.Misordered)
                added.Add(new AuditCount(group.At, Math.Max(0, lost - before.Lost), Math.Max(0, misordered - before.Misordered)));
            counted[key] = new CountedMember(lost, misordered, group.At);
        }
        counted.RemoveRange(counted.Where(member => group.At - member.Value.SeenAt > Forgotten).Select(member => member.Key).ToList());
        return new AuditWindow(group.At, Since ?? group.At, counted.ToImmutable(), Young(added.ToImmutable(), group.At));
    }

    /// <summary>What came until a reading; null while no member reports.</summary>
    public AuditGrowth? GrowthOf(GroupReading group)
    {
        if (group.Members?.Any(member => !group.IsSilent(member)) != true)
            return null;
        var isComplete = group.At - Since >= Length;
        return new AuditGrowth(new GrowthSignal(Added.Sum(count => count.Lost), isComplete), new GrowthSignal(Added.Sum(count => count.Misordered), isComplete));
    }

    private static ImmutableArray<AuditCount> Young(ImmutableArray<AuditCount> added, DateTimeOffset at) => added.RemoveAll(count => at - count.At >= Length);
}

/// <summary>What a member had counted, since it started, when it was seen last.</summary>
internal readonly record struct CountedMember(long Lost, long Misordered, DateTimeOffset SeenAt);

/// <summary>What came with one reading.</summary>
internal readonly record struct AuditCount(DateTimeOffset At, long Lost, long Misordered);

/// <summary>What the audits counted within the window.</summary>
internal sealed record AuditGrowth(GrowthSignal Lost, GrowthSignal Misordered);
