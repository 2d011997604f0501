namespace StreamSocial.Dashboard.Snapshots;

/// <summary>One input topic. The arrays are parallel, by partition, and null when the topic could not be read.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Ends">Log ends.</param>
/// <param name="Lags">Log end minus the owner's position.</param>
/// <param name="Owners">Index of the owner in the snapshot's members; null when nobody claims the partition.</param>
/// <param name="RateIn">Records per second appended.</param>
/// <param name="RateOut">Records per second processed.</param>
/// <param name="Lag">Sum of the lags that are known; null when none is.</param>
/// <param name="CommittedLag">The same against the committed positions.</param>
/// <param name="UnknownLags">Partitions whose lag is unknown; null when not even their number is known.</param>
internal sealed record TopicSnapshot(
    string Name,
    long?[]? Ends,
    long?[]? Lags,
    int?[]? Owners,
    double? RateIn,
    double? RateOut,
    long? Lag,
    long? CommittedLag,
    int? UnknownLags);
