using System.Collections.Immutable;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Autoscaler.Signals;

/// <summary>Turns two readings into signals. A pure function; what one of them lacks is unknown.</summary>
internal static class SnapshotCalculator
{
    /// <summary>Lags of <paramref name="current"/> and rates since <paramref name="earlier"/>.</summary>
    /// <param name="earlier">The reading at the start of the rate window; null when there is none yet.</param>
    /// <param name="current">The latest reading.</param>
    /// <param name="scale">The orchestrator's view; null when unknown.</param>
    public static ScalingSnapshot Calculate(GroupReading? earlier, GroupReading current, ScaleSignal? scale)
    {
        var seconds = earlier is null ? 0 : (current.At - earlier.At).TotalSeconds;
        var partitions = ImmutableArray.CreateBuilder<PartitionSignal>();
        var unread = ImmutableArray.CreateBuilder<string>();
        foreach (var topic in current.Topics)
        {
            if (topic.Partitions.IsEmpty)
            {
                unread.Add(topic.Topic);
                continue;
            }
            var before = earlier?.Find(topic.Topic);
            foreach (var (partition, reading) in topic.Partitions.Index())
            {
                var appended = reading.AppendedSince(before?.Find(partition));
                partitions.Add(new PartitionSignal(topic.Topic, partition, reading.Lag, seconds > 0 ? appended / seconds : null, reading.IsRestoring));
            }
        }
        ImmutableArray<MemberSignal>? members = current.Members is { } known
            ? [.. known.Where(member => !current.IsSilent(member)).Select(member => Signal(member, earlier))]
            : null;
        return new ScalingSnapshot(partitions.ToImmutable(), unread.ToImmutable(), members, scale, null, []);
    }

    private static MemberSignal Signal(Member member, GroupReading? earlier) => new(
        member.MemberId,
        member.Topics.Sum(topic => topic.Partitions.Count),
        RecordRate(member, earlier?.Members?.FirstOrDefault(past => past.MemberId == member.MemberId)),
        member.HasBusyRatio ? member.BusyRatio : null);

    // Members measure their true rate in entries, logs count records, and a record may carry many entries. The ratio over the window converts;
    // where the window has none, the ratio over the member's life does.
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
