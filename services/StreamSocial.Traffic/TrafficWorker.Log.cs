using StreamSocial.Replay.Sending;

namespace StreamSocial.Traffic;

internal sealed partial class TrafficWorker
{
    [LoggerMessage(LogLevel.Information, "Replaying {Trace} at {Pace} to {Ingest}")]
    private partial void LogStarting(string trace, ReplayPace pace, Uri? ingest);

    [LoggerMessage(LogLevel.Information, "Sent {Sent} events ({Percent}), {Rate:0} events/s, {Retries} retries, {TimeLeft}")]
    private partial void LogProgress(long sent, string percent, double rate, long retries, string timeLeft);

    [LoggerMessage(LogLevel.Information, "Done: {Actions} actions and {Interactions} interactions in {Elapsed} ({Rate:0} events/s), {Retries} retries; a request took {P50} (median), {P99} (p99)")]
    private partial void LogFinished(long actions, long interactions, TimeSpan elapsed, double rate, long retries, TimeSpan? p50, TimeSpan? p99);

    [LoggerMessage(LogLevel.Information, "Stopped before the end of the trace")]
    private partial void LogStopped();

    [LoggerMessage(LogLevel.Error, "The replay failed; the service stops")]
    private partial void LogFailed(Exception exception);
}
