using System.Collections.Immutable;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Autoscaler.Signals;

/// <summary>Turns two readings into signals. Pure; what one of them lacks is unknown.</summary>
internal static class SnapshotCalculator
{
    /// <summary>Lags of <paramref name="current"/> and rates since <paramref name="earlier"/>.</summary>
    /// <param name="earlier">The reading at the start of the rate window; null when there is none yet.</param>
    /// <param name="current">The latest reading.</param>
    /// <param name="memberTimeout">A member that has not reported for so long is not counted.</param>
    public static ScalingSnapshot Calculate(GroupReading? earlier, GroupReading current, TimeSpan memberTimeout)
    {
        var live = current.Members?.Where(member => current.At.ToUnixTimeMilliseconds() - member.ReportedAt <= memberTimeout.TotalMilliseconds).ToList();
        var positions = Positions(live);
        var partitions = ImmutableArray.CreateBuilder<PartitionSignal>();
        var unread = ImmutableArray.CreateBuilder<string>();
        foreach (var topic in current.Topics)
        {
            if (topic.LogEnds.IsDefaultOrEmpty)
            {
                unread.Add(topic.Topic);
                continue;
            }
            var before = earlier?.Topics.FirstOrDefault(past => past.Topic == topic.Topic)?.LogEnds;
            for (var partition = 0; partition < topic.LogEnds.Length; partition++)
            {
                long? position = positions.TryGetValue((topic.Topic, partition), out var found) ? found : null;
                partitions.Add(new PartitionSignal(
                    topic.Topic,
                    partition,
                    Lag(topic.LogEnds[partition], position),
                    Rate(EndAt(before, partition), topic.LogEnds[partition], earlier?.At, current.At),
                    position < 0));
            }
        }
        return new ScalingSnapshot(
            partitions.ToImmutable(), unread.ToImmutable(), live is null ? null : [.. live.Select(member => Signal(member, earlier))], current.Scale, null, []);
    }

    // A position is reported a moment before or after the log end is read, so it may be ahead of it: then nothing waits.
    private static long? Lag(long? end, long? position) => end is { } last && position is >= 0 and { } next ? Math.Max(0, last - next) : null;

    // A log end that went back belongs to another topic of the same name: no rate.
    private static double? Rate(long? before, long? now, DateTimeOffset? from, DateTimeOffset to) =>
        now >= before && to > from ? (now - before) / (to - from).Value.TotalSeconds : null;

    private static long? EndAt(ImmutableArray<long?>? ends, int partition) =>
        ends is { IsDefault: false } known && partition < known.Length ? known[partition] : null;

    // While a partition moves, two members may claim it: the newer report holds, and ids order equal ones, so that all readers agree.
    private static Dictionary<(string Topic, int Partition), long> Positions(List<Member>? members)
    {
        var positions = new Dictionary<(string, int), long>();
        foreach (var topic in (members ?? []).OrderBy(member => member.ReportedAt).ThenBy(member => member.MemberId, StringComparer.Ordinal).SelectMany(member => member.Topics))
        {
            for (var i = 0; i < Math.Min(topic.Partitions.Count, topic.NextOffsets.Count); i++)
                positions[(topic.Topic, topic.Partitions[i])] = topic.NextOffsets[i];
        }
        return positions;
    }

    private static MemberSignal Signal(Member member, GroupReading? earlier) => new(
        member.MemberId,
        member.Topics.Sum(topic => topic.Partitions.Count),
        RecordRate(member, earlier?.Members?.FirstOrDefault(past => past.MemberId == member.MemberId)),
        member.HasBusyRatio ? member.BusyRatio : null);

    // Members count their true rate in entries, logs count records, and a record may carry many entries: the ratio of the window, or
    // of the member's whole life when the window is too short for one, converts.
    private static double? RecordRate(Member member, Member? past)
    {
        if (!member.HasTrueRate || member.Counters is not { } counters)
            return null;
        var records = counters.RecordsConsumed - (past?.Counters?.RecordsConsumed ?? 0);
        var entries = counters.EntriesProcessed - (past?.Counters?.EntriesProcessed ?? 0);
        if (records <= 0 || entries <= 0)
            (records, entries) = (counters.RecordsConsumed, counters.EntriesProcessed);
        return records > 0 && entries > 0 ? member.TrueRate * records / entries : null;
    }
}
