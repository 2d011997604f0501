using System.Runtime.CompilerServices;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Replay.Sending;

/// <summary>
/// Posts a trace to ingest with several workers. The order of a key's events is kept: while some are in flight, the key belongs to one worker,
/// which has one request in flight and repeats it, with the same ids, until it is acknowledged.
/// </summary>
/// <param name="http">Client with the base address of ingest and no timeout of its own.</param>
/// <param name="options">Options.</param>
/// <param name="time">Clock and delays.</param>
public sealed class Replayer(HttpClient http, ReplayOptions options, TimeProvider time)
{
    /// <summary>Shortest wait; an event due earlier is sent at once, because timers are not more precise.</summary>
    private static readonly TimeSpan PaceGrain = TimeSpan.FromMilliseconds(10);

    /// <summary>A timer takes 49 days at most; a slow replay of a trace with a gap may wait for longer.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    /// <summary>Replays a trace to its end.</summary>
    /// <exception cref="ReplayException">Ingest rejected a batch or did not accept it in time.</exception>
    /// <exception cref="Traces.TraceFormatException">The trace cannot be read.</exception>
    public async Task<ReplayResult> RunAsync(ITraceSource source, IProgress<ReplayProgress>? progress, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var window = new InFlightWindow(options.Workers, options.TargetLatency, time);
        var keys = new KeyAssignment(options.Workers, options.BatchSize);
        var workers = Enumerable.Range(0, options.Workers).Select(_ => new ReplayWorker(http, options, window, keys, time)).ToArray();
        var routed = new StrongBox<long>();
        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var finished = new CancellationTokenSource();
        var sending = workers.Select(worker => RunOrCancelAllAsync(() => worker.RunAsync(failure.Token), failure)).ToList();
        sending.Add(RunOrCancelAllAsync(() => Task.Run(() => RouteAsync(source, workers, keys, routed, start, failure.Token), CancellationToken.None), failure));
        var reporting = ReportAsync(source, workers, routed, start, progress, finished.Token);

        try
        {
            await WaitForFirstFailureAsync(sending, cancellationToken);
        }
        finally
        {
            await finished.CancelAsync();
            await reporting;
        }

        return Summarise(workers, time.GetElapsedTime(start));
    }

    private static async Task RunOrCancelAllAsync(Func<Task> run, CancellationTokenSource failure)
    {
        try
        {
            await run();
        }
        catch
        {
            await failure.CancelAsync();
            throw;
        }
    }

    /// <summary>Waits for all tasks; throws the first failure, not the cancellations that followed it.</summary>
    private static async Task WaitForFirstFailureAsync(IReadOnlyList<Task> tasks, CancellationToken cancellationToken)
    {
        await Task.WhenAll(tasks).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
        await (tasks.FirstOrDefault(task => task.IsFaulted) ?? Task.WhenAll(tasks));
    }

    private static ReplayResult Summarise(ReplayWorker[] workers, TimeSpan elapsed)
    {
        var latencies = new LatencyHistogram();
        foreach (var worker in workers)
            latencies.Add(worker.Latencies);
        return new ReplayResult(
            workers.Sum(worker => worker.Actions),
            workers.Sum(worker => worker.Interactions),
            workers.Sum(worker => worker.Requests),
            workers.Sum(worker => worker.Retries),
            workers.Sum(worker => worker.Bytes),
            elapsed,
            latencies.Quantile(0.5),
            latencies.Quantile(0.99),
            latencies.Maximum);
    }

    private async Task RouteAsync(
        ITraceSource source, ReplayWorker[] workers, KeyAssignment keys, StrongBox<long> routed, long start, CancellationToken cancellationToken)
    {
        DateTimeOffset? first = null;
        foreach (var replayEvent in source.ReadEvents())
        {
            cancellationToken.ThrowIfCancellationRequested();
            first ??= replayEvent.OccurredAt;
            var traceTime = replayEvent.OccurredAt is { } at && first is { } from ? at - from : TimeSpan.Zero;
            await WaitUntilDueAsync(options.Pace.DueAfter(routed.Value, traceTime), workers, keys, start, cancellationToken);
            await workers[await AssignAsync(replayEvent, workers, keys, cancellationToken)].AddAsync(replayEvent, cancellationToken);
            Volatile.Write(ref routed.Value, routed.Value + 1);
        }

        foreach (var worker in workers)
        {
            await worker.FlushAsync(cancellationToken);
            worker.Complete();
        }
    }

    private async ValueTask WaitUntilDueAsync(TimeSpan due, ReplayWorker[] workers, KeyAssignment keys, long start, CancellationToken cancellationToken)
    {
        if (due == TimeSpan.Zero)
            return;
        var wait = due - time.GetElapsedTime(start);
        if (wait < PaceGrain)
            return;

        // Partial batches are sent before the replay waits, so that their events are not delayed.
        await FlushAsync(workers, keys, cancellationToken);
        for (; wait > LongestDelay; wait = due - time.GetElapsedTime(start))
            await Task.Delay(LongestDelay, time, cancellationToken);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellationToken);
    }

    /// <summary>Finds the worker for an event. One with two keys waits until no different workers have events of them.</summary>
    private static async ValueTask<int> AssignAsync(ReplayEvent replayEvent, ReplayWorker[] workers, KeyAssignment keys, CancellationToken cancellationToken)
    {
        if (replayEvent.SecondKey is not { } secondKey)
            return keys.Assign(replayEvent.Key);
        while (true)
        {
            if (keys.TryAssign(replayEvent.Key, secondKey, out var released) is { } worker)
                return worker;
            await FlushAsync(workers, keys, cancellationToken);
            await released.WaitAsync(cancellationToken);
        }
    }

    private static async ValueTask FlushAsync(ReplayWorker[] workers, KeyAssignment keys, CancellationToken cancellationToken)
    {
        foreach (var worker in workers)
            await worker.FlushAsync(cancellationToken);
        keys.StartNextBatch();
    }

    private async Task ReportAsync(
        ITraceSource source, ReplayWorker[] workers, StrongBox<long> routed, long start, IProgress<ReplayProgress>? progress, CancellationToken finished)
    {
        if (progress is null)
            return;

        using var timer = new PeriodicTimer(options.ProgressInterval, time);
        var (lastSent, lastElapsed) = (0L, TimeSpan.Zero);
        try
        {
            while (await timer.WaitForNextTickAsync(finished))
            {
                var elapsed = time.GetElapsedTime(start);
                var sent = workers.Sum(worker => worker.Actions + worker.Interactions);
                var rate = elapsed > lastElapsed ? (sent - lastSent) / (elapsed - lastElapsed).TotalSeconds : 0;

                // Events that were read but are still queued do not count as done.
                var done = source.FractionRead * sent / Math.Max(1, Volatile.Read(ref routed.Value));
                progress.Report(new ReplayProgress(sent, workers.Sum(worker => worker.Retries), elapsed, rate, done));
                (lastSent, lastElapsed) = (sent, elapsed);
            }
        }
        catch (OperationCanceledException) when (finished.IsCancellationRequested)
        {
            // The replay has ended; its result has the final figures.
        }
    }
}
