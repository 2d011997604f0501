using System.Collections.Immutable;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Rebalances;

/// <summary>What the members' reports told about restores, also of members that have gone.</summary>
/// <param name="Members">By member id.</param>
internal sealed record MemberHistory(ImmutableDictionary<string, MemberTrace> Members)
{
    private const int MaxRuns = 200;

    public static readonly MemberHistory Empty = new(ImmutableDictionary<string, MemberTrace>.Empty);

    /// <summary>Adds the latest reports; forgets members whose last one is older than <paramref name="oldest"/>.</summary>
    /// <param name="members">The latest report of each member.</param>
    /// <param name="oldest">Unix milliseconds.</param>
    public MemberHistory Observe(IEnumerable<Member> members, long oldest)
    {
        var traces = Members.ToBuilder();
        traces.RemoveRange(Members.Where(entry => entry.Value.LastReportAt < oldest).Select(entry => entry.Key));
        foreach (var member in members)
            traces[member.MemberId] = Extend(traces.GetValueOrDefault(member.MemberId), member);
        return new MemberHistory(traces.ToImmutable());
    }

    /// <summary>The name of a member's resource; its id when it is unknown.</summary>
    public string NameOf(string memberId) => Members.TryGetValue(memberId, out var trace) ? trace.Name : memberId;

    /// <summary>Bytes that a member read from changelogs for an assignment; null when its reports do not tell.</summary>
    /// <param name="memberId">The member.</param>
    /// <param name="assignedAt">Unix milliseconds.</param>
    /// <param name="readyAt">Unix milliseconds.</param>
    /// <param name="isFirstAssignment">Whether it had restored nothing before.</param>
    public long? RestoredBetween(string memberId, long assignedAt, long readyAt, bool isFirstAssignment)
    {
        // Whoever was not yet watched when it became ready may have restored more by the time of its first report that was seen.
        if (!Members.TryGetValue(memberId, out var trace) || trace.Runs is not [var first, ..] || first.From > readyAt)
            return null;
        var before = isFirstAssignment ? 0 : trace.Runs.LastOrDefault(run => run.From <= assignedAt)?.Bytes;
        var after = trace.Runs.FirstOrDefault(run => run.To >= readyAt)?.Bytes;
        return after - before is >= 0 and var bytes ? bytes : null;
    }

    private static MemberTrace Extend(MemberTrace? trace, Member member)
    {
        var name = member.ResourceName is { Length: > 0 } resource ? resource : member.MemberId;
        var (bytes, at) = (member.Counters?.RestoredBytes, member.ReportedAt);
        var runs = trace?.Runs ?? [];
        if (bytes is { } known)
        {
            if (runs is [.., var last] && last.Bytes == known)
                runs = runs.SetItem(runs.Length - 1, last with { To = Math.Max(last.To, at) });
            else
                runs = runs.Add(new RestoredBytesRun(known, at, at));
        }
        return new MemberTrace(name, at, runs.Length > MaxRuns ? runs.RemoveAt(0) : runs);
    }
}

/// <param name="Name">Name of the member's resource.</param>
/// <param name="LastReportAt">Unix milliseconds.</param>
/// <param name="Runs">Its count of restored bytes, oldest first.</param>
internal sealed record MemberTrace(string Name, long LastReportAt, ImmutableArray<RestoredBytesRun> Runs);

/// <summary>A count that a member's reports repeated.</summary>
/// <param name="Bytes">Bytes restored since the member started.</param>
/// <param name="From">Time of the first report with it, Unix milliseconds.</param>
/// <param name="To">Time of the last one.</param>
internal sealed record RestoredBytesRun(long Bytes, long From, long To);
