using Spectre.Console;
using StreamSocial.Cli.Benchmarks.Profiling;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Kafka;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>What <see cref="FeedsBenchmark"/> runs.</summary>
internal sealed record FeedsBenchmarkOptions
{
    /// <summary><c>embedded</c> or <c>process</c>.</summary>
    public required string Kafka { get; init; }

    public required TopologyProfile Profile { get; init; }

    /// <summary>A Higgs trace.</summary>
    public required string Trace { get; init; }

    /// <summary>Lines after which the trace ends.</summary>
    public required long Actions { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Looks where the time goes, in a round that does not count; null: nobody looks.</summary>
    public required CpuProfiler? Profiler { get; init; }

    /// <summary>Rounds in which readers of feeds note how long posts take; 0 for none.</summary>
    public required int LatencyRounds { get; init; }

    /// <summary>Lines per second of those.</summary>
    public required int LatencyRate { get; init; }

    /// <summary>Scripts that run the same work on other systems.</summary>
    public required IReadOnlyList<Peer> Peers { get; init; }

    /// <summary>Further arguments of the feed generator, such as <c>--Streams:Lanes=1</c>.</summary>
    public required IReadOnlyList<string> FurtherArguments { get; init; }

    /// <summary>Where the logs go.</summary>
    public required DirectoryInfo Logs { get; init; }
}

/// <summary>
/// The work of the feeds, and nothing else: a feed generator that starts with all of a trace in user-actions, and each peer doing the same, in turns on the
/// same brokers, which stay up and so are warm after the first round.
/// </summary>
internal sealed class FeedsBenchmark(FeedsBenchmarkOptions options, IAnsiConsole console, TimeProvider time)
{
    /// <summary>What a round writes and the next one must not find.</summary>
    private static readonly string[] Written = [.. FeedGeneratorStages.All.SelectMany(stage => stage.Outputs.Append(stage.Changelog)).Distinct()];

    private readonly TopicCatalog _catalog = StreamSocialTopics.For(options.Profile);

    /// <exception cref="UsageException">The trace is too short for the rounds of latency.</exception>
    public async Task<FeedsBenchmarkReport> RunAsync(CancellationToken cancellationToken)
    {
        if (options.LatencyRounds > 0)
            TraceFeeder.CheckLines(options.Trace, FeedLatencyRun.LinesFor(options.LatencyRate), "the rounds of latency take", "a lower --latency-rate, or --latency-rounds 0");
        var program = await ProgramLocator.BuildAsync(ProgramLocator.FeedGenerator, console, cancellationToken);
        var rounds = new List<FeedsRound>();
        var peers = options.Peers.ToDictionary(peer => peer.Name, _ => new List<PeerResult>());
        var latencies = new List<FeedLatencyRound>();
        CpuProfile? cpuProfile = null;
        IStandaloneBrokers? brokers = null;
        FeedsWork? work = null;
        try
        {
            var profiled = options.Profiler is null ? (int?)null : options.Rounds + 1;
            for (var round = 0; round <= (profiled ?? options.Rounds); round++)
            {
                var name = round == 0 ? "warm-up" : round == profiled ? "profiled" : $"round {round}";
                // Embedded brokers delete no topics; they have nothing to warm up either.
                if (brokers is { IsEmbedded: true })
                {
                    await brokers.DisposeAsync();
                    (brokers, work) = (null, null);
                }
                brokers ??= await StartBrokersAsync(cancellationToken);
                var settings = new KafkaClientSettings(brokers.BootstrapServers, new KafkaOptions { Embedded = brokers.IsEmbedded });
                var topics = new BenchmarkTopics(settings, _catalog, time);
                work ??= Load(settings, cancellationToken);
                var run = new FeedGeneratorRun(brokers, program, options, time) { Profiler = round == profiled ? options.Profiler : null };
                var measured = await run.RunAsync(round, work, cancellationToken);
                console.MarkupLineInterpolated(
                    $"  {name}: {TextFormat.Number(measured.DeliveriesPerSecond)} deliveries/s, CPU s for 1M: feed generator {measured.ApplicationCpuPerMillion:0.0}, brokers {measured.BrokerCpuPerMillion:0.0}");
                if (!brokers.IsEmbedded)
                    await topics.MakeAnewAsync(Written, cancellationToken);
                if (round == profiled)
                {
                    cpuProfile = measured.CpuProfile;
                    break;
                }

                if (round == 0)
                    continue;
                rounds.Add(measured);
                // Only the brokers had to be warmed up: a peer is a new process each time.
                foreach (var peer in options.Peers)
                {
                    var result = await peer.RunAsync(brokers, options.Trace, _catalog[TopicNames.UserActions].Partitions, options.Logs, time, cancellationToken);
                    console.MarkupLineInterpolated($"    {peer.Name}: {TextFormat.Number(result.DeliveriesPerSecond)} deliveries/s, CPU s for 1M: {result.ApplicationCpuPerMillion:0.0} + {result.BrokerCpuPerMillion:0.0}");
                    peers[peer.Name].Add(result);
                    await topics.DeleteForeignAsync(cancellationToken);
                }
            }

            for (var round = 1; round <= options.LatencyRounds; round++)
            {
                if (brokers is { IsEmbedded: true })
                {
                    await brokers.DisposeAsync();
                    brokers = null;
                }
                brokers ??= await StartBrokersAsync(cancellationToken);
                latencies.Add(await MeasureLatencyAsync(round, program, brokers, cancellationToken));
            }
        }
        finally
        {
            if (brokers is not null)
                await brokers.DisposeAsync();
        }

        return new FeedsBenchmarkReport
        {
            Kafka = options.Kafka, Profile = options.Profile, FurtherArguments = options.FurtherArguments, Work = work!, Rounds = rounds, CpuProfile = cpuProfile, Hardware = Hardware.Describe(),
            Peers = peers.ToDictionary(peer => peer.Key, IReadOnlyList<PeerResult> (peer) => peer.Value), LatencyRate = options.LatencyRate, Latencies = latencies,
        };
    }

    private Task<IStandaloneBrokers> StartBrokersAsync(CancellationToken cancellationToken) =>
        StandaloneBrokers.StartAsync(options.Kafka, _catalog.Topics, ClusterLifetime.Long, cancellationToken);

    private async Task<FeedLatencyRound> MeasureLatencyAsync(int round, FileInfo program, IStandaloneBrokers brokers, CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"  latency, round {round}: {options.LatencyRate:N0} lines/s");
        var topics = new BenchmarkTopics(new KafkaClientSettings(brokers.BootstrapServers, new KafkaOptions { Embedded = brokers.IsEmbedded }), _catalog, time);
        if (!brokers.IsEmbedded)
            await topics.MakeAnewAsync([TopicNames.UserActions, .. Written], cancellationToken);
        var measured = await new FeedLatencyRun(options, program, _catalog, console, time).RunAsync(round, brokers, cancellationToken);
        var peers = new Dictionary<string, LatencyFigures>();
        foreach (var peer in options.Peers.Where(peer => peer.MeasuresLatency))
        {
            peers.Add(peer.Name, await peer.RunLatencyAsync(brokers, options, _catalog[TopicNames.UserActions].Partitions, time, cancellationToken));
            await topics.DeleteForeignAsync(cancellationToken);
        }

        return measured with { Peers = peers };
    }

    private FeedsWork Load(KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        var work = FeedsLoad.Write(settings, _catalog[TopicNames.UserActions].Partitions, options.Trace, options.Actions, cancellationToken);
        console.MarkupLineInterpolated($"{work.Actions:N0} follows and as many posts are in {TopicNames.UserActions}; {work.Deliveries:N0} deliveries follow from them");
        return work;
    }
}
