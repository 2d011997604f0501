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
            var round = 0;
            do
            {
                await RunRoundAsync(replayer, ingest.BaseAddress, round++, stoppingToken);
            }
            while (options.Value.Loop);
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

    private async Task RunRoundAsync(Replayer replayer, Uri? ingest, int round, CancellationToken cancellationToken)
    {
        using var trace = traces.Create(round);
        LogStarting(trace.Description, options.Value.Pace, ingest);
        var result = await replayer.RunAsync(trace, this, cancellationToken);
        LogFinished(result.Actions, result.Interactions, result.Elapsed, result.Rate, result.Retries, result.LatencyP50, result.LatencyP99);
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
