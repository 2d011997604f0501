namespace StreamSocial.Replay.Sending;

/// <summary>What a finished replay did.</summary>
/// <param name="Actions">Actions that ingest acknowledged.</param>
/// <param name="Interactions">Views, impressions and clicks that ingest acknowledged.</param>
/// <param name="Requests">Requests that were acknowledged.</param>
/// <param name="Retries">Requests that had to be tried again.</param>
/// <param name="Bytes">Bytes of acknowledged request bodies.</param>
/// <param name="Elapsed">From the first event read to the last acknowledgement.</param>
/// <param name="LatencyP50">Median time of a request from its first try to its acknowledgement; null without requests.</param>
/// <param name="LatencyP99">99th percentile of the same.</param>
/// <param name="LatencyMax">The longest.</param>
public sealed record ReplayResult(
    long Actions,
    long Interactions,
    long Requests,
    long Retries,
    long Bytes,
    TimeSpan Elapsed,
    TimeSpan? LatencyP50,
    TimeSpan? LatencyP99,
    TimeSpan? LatencyMax)
{
    /// <summary>Acknowledged events per second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? (Actions + Interactions) / Elapsed.TotalSeconds : 0;
}
