using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Lag;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>
/// How long a post takes into its readers' hands: a feed generator that gets the trace in an open loop, from its busiest hour on, and then a few lines while it
/// has nothing else to do.
/// </summary>
internal sealed class FeedLatencyRun(FeedsBenchmarkOptions options, FileInfo program, TopicCatalog catalog, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Lines per second while there is nothing else to do.</summary>
    public const int IdleRate = 20;

    private const int Subscribers = 1_000;

    /// <summary>Time at the rate that does not count, and that which does, as at the peers.</summary>
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan BusyTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);

    /// <summary>Idle time that does not count: the busy one is not quite over.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LastDeliveryTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StallTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Lines that a trace must have for a round.</summary>
    /// <param name="rate">Lines per second.</param>
    public static long LinesFor(int rate) => TraceFeeder.BusiestHour + LinesAt(rate, WarmUpTime) + LinesAt(rate, BusyTime) + LinesAt(IdleRate, IdleTime);

    /// <exception cref="NotHeldException">The feed generator ended, or a subscriber missed a post.</exception>
    public async Task<FeedLatencyRound> RunAsync(int round, IStandaloneBrokers brokers, CancellationToken cancellationToken)
    {
        var (warmUp, busy, idle) = (LinesAt(options.LatencyRate, WarmUpTime), LinesAt(options.LatencyRate, BusyTime), LinesAt(IdleRate, IdleTime));
        var sample = DeliverySample.Choose(options.Trace, TraceFeeder.BusiestHour, warmUp + busy + idle, Subscribers, round);
        var settings = new KafkaClientSettings(brokers.BootstrapServers, new KafkaOptions { Embedded = brokers.IsEmbedded });
        var due = new ConcurrentDictionary<string, (int Line, long At)>();
        using var feeder = new TraceFeeder(settings, catalog[TopicNames.UserActions].Partitions, "bench/latency", options.Trace, time)
        {
            Playing = (line, at) => due[FeedsLoad.PostOf(line).ContentId] = (line.Number, at),
        };
        feeder.Load(TraceFeeder.BusiestHour, cancellationToken);

        var (name, port) = ($"bench-latency-{round}", LoopbackPorts.ChooseFree(1)[0]);
        await using var members = await MemberTracker.StartAsync(settings, cancellationToken);
        using var ends = new LogEndReader(settings, NullLogger<LogEndReader>.Instance);
        await using var process = ChildProcess.Start(
            new FeedGeneratorStart(brokers, program, options.Profile).Create(name, name, port, options.FurtherArguments),
            new FileInfo(Path.Combine(options.Logs.FullName, $"{name}.log")), StopTimeout, time);
        await new DrainWaiter(ends, members, FeedGeneratorStart.Stages, ThrowIfEnded, console, time).WaitAsync(catalog, StallTimeout, cancellationToken);
        await using var subscribers = await FeedSubscribers.ConnectAsync(new Uri($"http://127.0.0.1:{port}"), sample.Users, time, cancellationToken);

        await feeder.PlayAsync(options.LatencyRate, warmUp, CancellationToken.None, cancellationToken);
        var busyFigures = await MeasureAsync(options.LatencyRate, busy);
        await Task.Delay(SettleTime, time, cancellationToken);
        var idleFigures = await MeasureAsync(IdleRate, idle);
        return new FeedLatencyRound(busyFigures, idleFigures, feeder.LongestDelay);

        async Task<LatencyFigures> MeasureAsync(double rate, long lines)
        {
            var before = due.Keys.ToHashSet();
            await feeder.PlayAsync(rate, lines, CancellationToken.None, cancellationToken);
            var measured = due.Where(post => !before.Contains(post.Key)).ToDictionary();
            var expected = measured.Values.Sum(post => (long)sample.DeliveriesOf(post.Line));
            var played = time.GetTimestamp();
            while (Latencies().Count < expected)
            {
                ThrowIfEnded();
                subscribers.ThrowIfFailed();
                if (time.GetElapsedTime(played) > LastDeliveryTimeout)
                    throw new NotHeldException($"Subscribers saw {Latencies().Count:N0} of {expected:N0} deliveries.");
                await Task.Delay(Poll, time, cancellationToken);
            }

            var latencies = Latencies();
            return latencies.Count == expected
                ? LatencyFigures.Of(expected, latencies)
                : throw new NotHeldException($"Subscribers saw {latencies.Count:N0} deliveries, {expected:N0} were due: some came twice.");

            List<TimeSpan> Latencies() => [.. subscribers.Seen.Where(seen => measured.ContainsKey(seen.ContentId)).Select(seen => time.GetElapsedTime(measured[seen.ContentId].At, seen.At))];
        }

        void ThrowIfEnded() => process.ThrowIfEnded("feed generator");
    }

    private static long LinesAt(int rate, TimeSpan time) => (long)(rate * time.TotalSeconds);
}

/// <summary>What readers of feeds saw in one round.</summary>
/// <param name="Busy">At the rate.</param>
/// <param name="Idle">While there was nothing else to do.</param>
/// <param name="LongestDelay">Longest time by which a line was written too late, which is part of its latency.</param>
internal sealed record FeedLatencyRound(LatencyFigures Busy, LatencyFigures Idle, TimeSpan LongestDelay)
{
    /// <summary>By name of the peer, at the rate.</summary>
    public IReadOnlyDictionary<string, LatencyFigures> Peers { get; init; } = new Dictionary<string, LatencyFigures>();
}
