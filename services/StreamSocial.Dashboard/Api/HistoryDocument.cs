using StreamSocial.Dashboard.Snapshots;

namespace StreamSocial.Dashboard.Api;

/// <summary>The answer of <c>GET /api/history</c>: parallel arrays, oldest first; null is unknown.</summary>
/// <param name="At">Unix milliseconds.</param>
/// <param name="RateIn">Records per second appended.</param>
/// <param name="RateOut">Records per second processed.</param>
/// <param name="Lag">Records that waited.</param>
/// <param name="Replicas">Replicas that ran.</param>
internal sealed record HistoryDocument(long[] At, double?[] RateIn, double?[] RateOut, long?[] Lag, int?[] Replicas)
{
    public static HistoryDocument From(IReadOnlyCollection<HistoryPoint> points) => new(
        [.. points.Select(point => point.At)],
        [.. points.Select(point => point.RateIn)],
        [.. points.Select(point => point.RateOut)],
        [.. points.Select(point => point.Lag)],
        [.. points.Select(point => point.Replicas)]);
}
