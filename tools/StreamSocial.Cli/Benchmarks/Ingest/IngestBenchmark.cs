using System.Diagnostics;
using Spectre.Console;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Kafka;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks.Ingest;

/// <summary>What <see cref="IngestBenchmark"/> runs.</summary>
internal sealed record IngestBenchmarkOptions
{
    /// <summary><c>embedded</c> or <c>process</c>.</summary>
    public required string Kafka { get; init; }

    /// <summary>Requests of a round.</summary>
    public required int Requests { get; init; }

    /// <summary>Actions of a request.</summary>
    public required int Batch { get; init; }

    public required int Connections { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Least requests per second, as a fraction of the bare server's.</summary>
    public required double Aim { get; init; }

    /// <summary>Where the logs go.</summary>
    public required DirectoryInfo Logs { get; init; }
}

/// <summary>
/// Posts the same prepared bodies to ingest, which checks them and has them acknowledged by the brokers, and to a bare Kestrel, which only reads them; then has
/// this process's own producers write as many records.
/// </summary>
internal sealed class IngestBenchmark(IngestBenchmarkOptions options, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Requests before those that are measured, as a fraction of them.</summary>
    private const double WarmUp = 0.2;

    private readonly TopicCatalog _catalog = StreamSocialTopics.For(TopologyProfile.Small);
    private readonly ActionBodies _bodies = new(options.Batch);

    /// <exception cref="ToolException">Something does not start.</exception>
    /// <exception cref="NotHeldException">A request was not taken, or a server ended.</exception>
    public async Task<IngestBenchmarkReport> RunAsync(CancellationToken cancellationToken)
    {
        var program = await ProgramLocator.BuildAsync(ProgramLocator.Ingest, console, cancellationToken);
        var rounds = new List<IngestRound>();
        for (var round = 0; round < options.Rounds; round++)
        {
            // Embedded brokers keep so little of a partition that ingest would soon wait for consumers, so each round has its own.
            await using var brokers = await StandaloneBrokers.StartAsync(options.Kafka, _catalog.Topics, ClusterLifetime.Long, cancellationToken);
            rounds.Add(await RunRoundAsync(brokers, program, round, cancellationToken));
            console.MarkupLineInterpolated($"  round {round + 1}: ingest {rounds[^1].Ingest.RequestsPerSecond:N0} requests/s, bare Kestrel {rounds[^1].Bare.RequestsPerSecond:N0}, producers alone {rounds[^1].ProducedPerSecond / options.Batch:N0}");
        }

        return new IngestBenchmarkReport
        {
            Kafka = options.Kafka,
            Batch = options.Batch,
            BodyBytes = _bodies.Bodies.Average(body => body.Length),
            Connections = options.Connections,
            Rounds = rounds,
            Aim = options.Aim,
            Hardware = Hardware.Describe(),
        };
    }

    private async Task<IngestRound> RunRoundAsync(IStandaloneBrokers brokers, FileInfo program, int round, CancellationToken cancellationToken)
    {
        var addresses = LoopbackPorts.ChooseFree(2).Select(port => new Uri($"http://127.0.0.1:{port}/")).ToArray();
        string[] ours =
        [
            program.FullName, $"--ConnectionStrings:kafka={brokers.BootstrapServers}", $"--Kafka:Embedded={brokers.IsEmbedded}", $"--Topology:Profile={TopologyProfile.Small}", $"--urls={addresses[0]}",
        ];
        string[] bare = [typeof(BareServer).Assembly.Location, "bench", BareServer.CommandName, BareServer.UrlOption, addresses[1].ToString()];
        await using var ingest = await ServerRun.StartAsync(ours, addresses[0], "health", Log("ingest"), time, cancellationToken);
        await using var kestrel = await ServerRun.StartAsync(bare, addresses[1], "health", Log("server"), time, cancellationToken);
        using var toIngest = new PostingClients(addresses[0], options.Connections, _bodies.Bodies);
        using var toKestrel = new PostingClients(addresses[1], options.Connections, _bodies.Bodies);
        var warmUp = (int)Math.Ceiling(options.Requests * WarmUp);
        await toIngest.PostAsync(warmUp, cancellationToken);
        await toKestrel.PostAsync(warmUp, cancellationToken);

        // In turns, so that neither is always the first.
        var isFirst = round % 2 == 0;
        var first = await (isFirst ? MeasureAsync(ingest, toIngest, cancellationToken) : MeasureAsync(kestrel, toKestrel, cancellationToken));
        var second = await (isFirst ? MeasureAsync(kestrel, toKestrel, cancellationToken) : MeasureAsync(ingest, toIngest, cancellationToken));
        return new IngestRound(isFirst ? first : second, isFirst ? second : first, Produce(brokers, cancellationToken));

        FileInfo Log(string name) => new(Path.Combine(options.Logs.FullName, $"bench-ingest-{name}-{round + 1}.log"));
    }

    private async Task<ServerMeasurement> MeasureAsync(ServerRun server, PostingClients clients, CancellationToken cancellationToken)
    {
        using var self = Process.GetCurrentProcess();
        var (cpu, own, started) = (server.ReadCpuSeconds(), self.TotalProcessorTime, time.GetTimestamp());
        await clients.PostAsync(options.Requests, cancellationToken);
        var elapsed = time.GetElapsedTime(started);
        self.Refresh();
        return new ServerMeasurement(options.Requests, elapsed, server.ReadCpuSeconds() - cpu, (self.TotalProcessorTime - own).TotalSeconds);
    }

    /// <summary>Writes the records of a round's requests without HTTP and JSON.</summary>
    /// <returns>Records acknowledged per second.</returns>
    private double Produce(IStandaloneBrokers brokers, CancellationToken cancellationToken)
    {
        var records = Enumerable.Range(0, options.Requests).SelectMany(_bodies.RecordsOf).ToArray();
        var settings = new KafkaClientSettings(brokers.BootstrapServers, new KafkaOptions { Embedded = brokers.IsEmbedded });
        using var load = new NumberedLoad(settings, _catalog[TopicNames.UserActions].Partitions, "bench/ingest");
        var started = Stopwatch.GetTimestamp();
        foreach (var (key, payload) in records)
            load.Write(key, payload, cancellationToken);
        load.Complete();
        return records.Length / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
