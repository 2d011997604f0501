using System.Diagnostics;
using System.Globalization;
using StreamSocial.Cli.Benchmarks.Profiling;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>One round of the feed generator: a process of its own that finds its whole work in user-actions.</summary>
internal sealed class FeedGeneratorRun(IStandaloneBrokers brokers, FileInfo program, FeedsBenchmarkOptions options, TimeProvider time)
{
    private const string Deliveries = "streamsocial_feeds_deliveries_total";
    private const string Consumed = "streamsocial_streams_records_consumed_total";
    private const string Lost = "streamsocial_streams_entries_lost_total";
    private const string Changelog = "streamsocial_streams_changelog_size_bytes_total";
    private const string Input = "streamsocial_streams_input_size_bytes_total";
    private const string Allocated = "dotnet_gc_heap_total_allocated_bytes_total";
    private const string Paused = "dotnet_gc_pause_time_seconds_total";
    private static readonly string[] BatchTopics = [TopicNames.UserActions, TopicNames.FeedUpdates, TopicNames.ActionsState, TopicNames.FeedsState];
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StallTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Time for a delivery that is one too many.</summary>
    private static readonly TimeSpan AfterLast = TimeSpan.FromSeconds(1);

    /// <summary>Until the first record, whose time counts.</summary>
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>From then on: as often as the service makes a new answer. Each look costs processor time, of which there are two cores here.</summary>
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(300);

    /// <summary>Looks where the time goes; null: nobody looks.</summary>
    public CpuProfiler? Profiler { get; init; }

    /// <exception cref="NotHeldException">It did not do the work, or not exactly once.</exception>
    /// <exception cref="ToolException">It does not take diagnostics, or the profiler does not start.</exception>
    public async Task<FeedsRound> RunAsync(int round, FeedsWork work, CancellationToken cancellationToken)
    {
        var port = LoopbackPorts.ChooseFree(1)[0];
        var log = new FileInfo(Path.Combine(options.Logs.FullName, $"bench-feeds-{round}.log"));
        var start = StartOf(round, port);
        Profiler?.Prepare(start);
        await using var process = ChildProcess.Start(start, log, StopTimeout, time);
        await using var recording = Profiler?.Attach(process.Id);
        await using var pauses = await PauseRecorder.AttachAsync(process.Id, time, cancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = StopTimeout };
        Sample? first = null;
        Sample? last = null;
        var peak = 0L;
        var progressed = Stopwatch.GetTimestamp();
        while (last is null || last.Deliveries < work.Deliveries)
        {
            await Task.Delay(last?.Metrics[Consumed] > 0 ? SampleInterval : FirstInterval, time, cancellationToken);
            process.ThrowIfEnded("feed generator");
            if (Stopwatch.GetElapsedTime(progressed) > StallTimeout)
                throw new NotHeldException($"{last?.Deliveries ?? 0:N0} of {work.Deliveries:N0} deliveries, and none for {StallTimeout.TotalMinutes:0} min; the log is {log.FullName}.");
            if (await ReadAsync(http, process.Id, cancellationToken) is not { } sample)
                continue;
            if (sample.Deliveries > (last?.Deliveries ?? -1))
                progressed = Stopwatch.GetTimestamp();
            last = sample;
            peak = Math.Max(peak, sample.ResidentBytes);
            // The last one before the first record.
            if (sample.Metrics[Consumed] is 0)
            {
                first = sample;
                pauses.Reset();
            }
        }

        if (first is null)
            throw new NotHeldException("The first records were consumed before the feed generator could be asked.");
        await Task.Delay(AfterLast, time, cancellationToken);
        Sample? after;
        for (var asked = Stopwatch.GetTimestamp(); (after = await ReadAsync(http, process.Id, cancellationToken)) is null; await Task.Delay(SampleInterval, time, cancellationToken))
        {
            process.ThrowIfEnded("feed generator");
            if (Stopwatch.GetElapsedTime(asked) > StallTimeout)
                throw new NotHeldException($"All {work.Deliveries:N0} deliveries were made, and then the feed generator has not answered for {StallTimeout.TotalMinutes:0} min; the log is {log.FullName}.");
        }

        ThrowIfNotExact(work, after.Deliveries, after.Metrics[Lost]);
        var longestPause = pauses.Longest;
        var closing = Stopwatch.GetTimestamp();
        await process.StopAsync();
        return new FeedsRound
        {
            Work = work,
            Elapsed = last.At - first.At,
            Close = Stopwatch.GetElapsedTime(closing),
            ApplicationCpu = last.ApplicationCpu - first.ApplicationCpu,
            BrokerCpu = last.BrokerCpu - first.BrokerCpu,
            AllocatedBytes = last.Metrics[Allocated] - first.Metrics[Allocated],
            Paused = last.Metrics[Paused] - first.Metrics[Paused] is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            LongestPause = longestPause,
            PeakBytes = peak,
            WriteAmplification = last.Metrics[Changelog] / last.Metrics[Input],
            CpuProfile = recording is null ? null : await Profiler!.SummarizeAsync(recording, cancellationToken),
            Batches = brokers.DataDirectories.Count == 0 ? null : BatchTopics.ToDictionary(topic => topic, topic => LogBatches.Count(brokers.DataDirectories, topic)),
        };
    }

    /// <summary>Judges what was there a while after the last delivery.</summary>
    /// <param name="work">What there was to do.</param>
    /// <param name="deliveries">Deliveries made.</param>
    /// <param name="lost">Entries lost; null when unknown.</param>
    /// <exception cref="NotHeldException">It is not just what there was to do.</exception>
    public static void ThrowIfNotExact(FeedsWork work, long deliveries, double? lost)
    {
        if (deliveries != work.Deliveries || lost is not 0)
            throw new NotHeldException($"{deliveries:N0} deliveries instead of {work.Deliveries:N0}, {lost?.ToString("N0", CultureInfo.InvariantCulture) ?? "an unknown number of"} entries lost.");
    }

    private ProcessStartInfo StartOf(int round, int port) =>
        new FeedGeneratorStart(brokers, program, options.Profile).Create($"bench-feeds-{round}", $"bench-feeds-{round}", port, options.FurtherArguments);

    private async Task<Sample?> ReadAsync(HttpClient http, int pid, CancellationToken cancellationToken)
    {
        try
        {
            var metrics = MetricsScrape.Parse(await http.GetStringAsync("/metrics", cancellationToken));
            var processes = ProcessTree.Read();
            if (metrics[Deliveries] is not { } deliveries || processes.Find(pid) is not { } application)
                return null;
            var brokerCpu = StandaloneBrokers.ProcessesOf(brokers, processes).Sum(process => process.CpuSeconds);
            return new Sample(time.GetUtcNow(), (long)deliveries, application.CpuSeconds, brokerCpu, application.ResidentBytes, metrics);
        }
        catch (HttpRequestException)
        {
            // It does not listen yet; if it has ended, its exit says so.
            return null;
        }
    }

    private sealed record Sample(DateTimeOffset At, long Deliveries, double ApplicationCpu, double BrokerCpu, long ResidentBytes, MetricsScrape Metrics);
}
