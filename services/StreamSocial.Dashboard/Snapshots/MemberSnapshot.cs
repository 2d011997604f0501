namespace StreamSocial.Dashboard.Snapshots;

/// <summary>One feed generator.</summary>
/// <param name="Id">Member id.</param>
/// <param name="Name">Name of its resource, or the id when it has none.</param>
/// <param name="Endpoint">Base address of its HTTP API.</param>
/// <param name="Epoch">Changes of its assignment so far.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="ReportedAt">Unix milliseconds.</param>
/// <param name="IsSilent">Whether it has not reported for longer than the timeout.</param>
/// <param name="Partitions">Partitions it owns, parallel to the snapshot's topics.</param>
/// <param name="Restoring">Partitions without a position yet.</param>
/// <param name="Lag">Sum of the lags of its partitions; null when one is unknown.</param>
/// <param name="Busy">Share of time spent processing, 0 to 1.</param>
/// <param name="TrueRate">Entries per second it could do if never idle.</param>
/// <param name="EntriesPerSecond">Entries per second it does.</param>
/// <param name="Counters">Totals since it started.</param>
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
    long? Lag,
    double? Busy,
    double? TrueRate,
    double? EntriesPerSecond,
    CountersSnapshot? Counters);
