namespace StreamSocial.Replay.Sending;

/// <summary>How far a replay is.</summary>
/// <param name="Sent">Events that ingest acknowledged.</param>
/// <param name="Retries">Requests that had to be tried again.</param>
/// <param name="Elapsed">Time since the start.</param>
/// <param name="Rate">Events per second since the report before.</param>
/// <param name="FractionDone">0 to 1; null when the length of the trace is unknown.</param>
public sealed record ReplayProgress(long Sent, long Retries, TimeSpan Elapsed, double Rate, double? FractionDone)
{
    /// <summary>Time left at the average speed so far; null when it cannot be told.</summary>
    public TimeSpan? TimeLeft => FractionDone is > 0 and <= 1 ? Elapsed * ((1 - FractionDone.Value) / FractionDone.Value) : null;
}
