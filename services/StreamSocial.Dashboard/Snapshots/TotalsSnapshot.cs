namespace StreamSocial.Dashboard.Snapshots;

/// <summary>Sums over all topics and members; one with an unknown part is null, except where said.</summary>
/// <param name="RateIn">Records per second appended to all input topics.</param>
/// <param name="RateOut">Records per second processed.</param>
/// <param name="EntriesPerSecond">Entries per second processed by the members that report.</param>
/// <param name="Lag">Records that wait, where known; null when nothing is known.</param>
/// <param name="CommittedLag">Records after the committed positions, where known.</param>
/// <param name="UnknownLags">Partitions whose lag is unknown; null when not even their number is known.</param>
/// <param name="Counters">Totals of the members that report; null when none does.</param>
internal sealed record TotalsSnapshot(
    double? RateIn, double? RateOut, double? EntriesPerSecond, long? Lag, long? CommittedLag, int? UnknownLags, CountersSnapshot? Counters);
