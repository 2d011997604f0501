namespace StreamSocial.Dashboard.Snapshots;

/// <summary>What the charts need of one snapshot.</summary>
internal readonly record struct HistoryPoint(long At, double? RateIn, double? RateOut, long? Lag, int? Replicas)
{
    public static HistoryPoint Of(DashboardSnapshot snapshot) => new(
        snapshot.At,
        snapshot.Totals.RateIn,
        snapshot.Totals.RateOut,
        // A sum without some of its parts would look like a lag that fell.
        snapshot.Totals.UnknownLags == 0 ? snapshot.Totals.Lag : null,
        snapshot.Scale?.Running);
}
