using System.Globalization;
using Microsoft.Extensions.Options;
using StreamSocial.Replay;
using StreamSocial.Replay.Sending;
using StreamSocial.Replay.Synthetic;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Traffic;

/// <summary>Replays the trace to ingest and stops the service at the end.</summary>
internal sealed partial class TrafficWorker(
    TraceFactory traces, IHttpClientFactory clients, IOptions<TrafficOptions> options, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<TrafficWorker> logger)
    : BackgroundService, IProgress<ReplayProgress>
{
    /// <summary>A timer takes 49 days at most; a slow round may take longer.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    /// <summary>Shortest time of a round without events, which no pace slows down.</summary>
    private static readonly TimeSpan EmptyRound = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public void Report(ReplayProgress value)
    {
        var percent = value.FractionDone is { } fraction ? $"{fraction:P1}" : "an unknown part";
        var left = value.TimeLeft is { } timeLeft ? $"{timeLeft.ToString(timeLeft.Days > 0 ? "d' d 'hh':'mm':'ss" : "hh':'mm':'ss", CultureInfo.InvariantCulture)} left" : "time left unknown";
        LogProgress(value.Sent, percent, value.Rate, value.Retries, left);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var replayOptions = options.Value.Replay;
            replayOptions.Pace = options.Value.Pace;
            using var ingest = clients.CreateClient(TrafficServices.Ingest);
            var replayer = new Replayer(ingest, replayOptions, time);
            for (var round = 0; ; round++)
            {
                var began = time.GetTimestamp();
                var result = await RunRoundAsync(replayer, ingest.BaseAddress, round, stoppingToken);
                if (!options.Value.Loop)
                    break;
                await WaitForEndOfRoundAsync(began, hasEvents: result.Actions + result.Interactions > 0, stoppingToken);
            }
            lifetime.StopApplication();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
        catch (Exception e)
        {
            LogFailed(e);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    /// <summary>A round of the synthetic network at a multiple of its own speed ends with its time, not with its last event: it may have few. One without events takes a while at any pace.</summary>
    private async Task WaitForEndOfRoundAsync(long began, bool hasEvents, CancellationToken cancellationToken)
    {
        var end = string.IsNullOrEmpty(options.Value.Trace) ? options.Value.Pace.DueAfter(index: 0, options.Value.Synthetic.Length) : TimeSpan.Zero;
        if (!hasEvents && end <= TimeSpan.Zero)
            end = EmptyRound;
        while (end - time.GetElapsedTime(began) is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait < LongestDelay ? wait : LongestDelay, time, cancellationToken);
    }

    private async Task<ReplayResult> RunRoundAsync(Replayer replayer, Uri? ingest, int round, CancellationToken cancellationToken)
    {
        using var trace = traces.Create(round);
        LogStarting(trace.Description, options.Value.Pace, ingest);
        var result = await replayer.RunAsync(trace, this, cancellationToken);
        LogFinished(result.Actions, result.Interactions, result.Elapsed, result.Rate, result.Retries, result.LatencyP50, result.LatencyP99);
        return result;
    }
}

/// <summary>Creates the trace of each round.</summary>
internal sealed class TraceFactory(IOptions<TrafficOptions> options, TimeProvider time)
{
    /// <param name="round">Number of the round, from 0. Rounds have different ids, so that they are not taken for repeats.</param>
    public ITraceSource Create(int round) =>
        string.IsNullOrEmpty(options.Value.Trace)
            ? new SyntheticTrace(options.Value.Synthetic, StartOfSynthetic(), round)
            : new HiggsTrace(options.Value.Trace, round == 0 ? "h" : $"h{round}-");

    /// <summary>Now if the trace runs at its own speed; otherwise early enough that no event is in the future, because ingest rejects such events.</summary>
    private DateTimeOffset StartOfSynthetic() =>
        options.Value.Pace == ReplayPace.TraceSpeed(1) ? time.GetUtcNow() : time.GetUtcNow() - options.Value.Synthetic.Length;
}
