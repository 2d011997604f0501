using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>Totals of one member, or of all that report.</summary>
internal sealed record CountersSnapshot(long Entries, long Emitted, long Lost, long Duplicates, long Misordered, long Checkpoints)
{
    public static CountersSnapshot From(MemberCounters counters) => new(
        counters.EntriesProcessed,
        counters.EntriesEmitted,
        counters.EntriesLost,
        counters.DuplicatesDropped,
        counters.EntriesMisordered,
        counters.Checkpoints);

    public static CountersSnapshot operator +(CountersSnapshot left, CountersSnapshot right) => new(
        left.Entries + right.Entries,
        left.Emitted + right.Emitted,
        left.Lost + right.Lost,
        left.Duplicates + right.Duplicates,
        left.Misordered + right.Misordered,
        left.Checkpoints + right.Checkpoints);
}
