using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Kafka;

namespace StreamSocial.Cli.Benchmarks.Handover;

/// <summary>What <see cref="HandoverBenchmark"/> runs. The times are the peers'.</summary>
internal sealed record HandoverBenchmarkOptions
{
    /// <summary>How often feed generators report their positions; the shortest there is.</summary>
    public static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan SpareTime = TimeSpan.FromSeconds(4);

    /// <summary>A Higgs trace.</summary>
    public required string Trace { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Another system that does the same; null for none.</summary>
    public required HandoverPeer? Peer { get; init; }

    /// <summary>Longest join gap, as a fraction of the peer's.</summary>
    public required double JoinLimit { get; init; }

    /// <summary>Further arguments of the feed generators.</summary>
    public required IReadOnlyList<string> FurtherArguments { get; init; }

    /// <summary>Where the logs go.</summary>
    public required DirectoryInfo Logs { get; init; }

    /// <summary>Lines per second.</summary>
    public int Rate { get; init; } = 2_000;

    /// <summary>Time at the rate that does not count.</summary>
    public TimeSpan WarmUpTime { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Time before the second process starts.</summary>
    public TimeSpan SteadyTime { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>From the start of the second process until it is killed.</summary>
    public TimeSpan JoinTime { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>From the kill to the end.</summary>
    public TimeSpan KillTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Lines that a trace must have for a round, with those of the moments in which processes are started and killed.</summary>
    public long Lines => TraceFeeder.BusiestHour + (long)(Rate * (WarmUpTime + SteadyTime + JoinTime + KillTime + SpareTime).TotalSeconds);
}

/// <summary>A second process joins and is killed under load, at a peer and at ours, in turns on the same brokers.</summary>
internal sealed class HandoverBenchmark(HandoverBenchmarkOptions options, IAnsiConsole console, TimeProvider time)
{
    private const TopologyProfile Profile = TopologyProfile.Small;

    /// <exception cref="UsageException">The trace is too short for a round.</exception>
    public async Task<HandoverReport> RunAsync(CancellationToken cancellationToken)
    {
        TraceFeeder.CheckLines(options.Trace, options.Lines, "a round takes", "a longer one");
        var program = await ProgramLocator.BuildAsync(ProgramLocator.FeedGenerator, console, cancellationToken);
        var catalog = StreamSocialTopics.For(Profile);
        await using var brokers = await StandaloneBrokers.StartAsync("process", catalog.Topics, ClusterLifetime.Long, cancellationToken);
        var topics = new BenchmarkTopics(new KafkaClientSettings(brokers.BootstrapServers, new KafkaOptions()), catalog, time);
        var run = new HandoverRun(new FeedGeneratorStart(brokers, program, Profile), catalog, options, console, time);
        var rounds = new List<HandoverRound>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            HandoverFigures? peer = null;
            // First, since its own load warms up the brokers.
            if (options.Peer is not null)
            {
                console.MarkupLineInterpolated($"Round {round}: {options.Peer.Name}");
                peer = await options.Peer.RunAsync(brokers, options, catalog[TopicNames.UserActions].Partitions, time, cancellationToken);
                await topics.DeleteForeignAsync(cancellationToken);
            }
            if (round > 1)
                await topics.MakeAnewAsync([.. catalog.Topics.Select(topic => topic.Name)], cancellationToken);
            console.MarkupLineInterpolated($"Round {round}: ours");
            var measured = await run.RunAsync(round, cancellationToken) with { Peer = peer };
            console.MarkupLineInterpolated($"  join gap {TextFormat.Milliseconds(measured.Ours.Join?.Longest)}, kill gap {TextFormat.Milliseconds(measured.Ours.Kill?.Longest)}");
            rounds.Add(measured);
        }

        return new HandoverReport
        {
            Peer = options.Peer?.Name, JoinLimit = options.JoinLimit, FurtherArguments = options.FurtherArguments, Rounds = rounds, Hardware = Hardware.Describe(),
        };
    }
}
