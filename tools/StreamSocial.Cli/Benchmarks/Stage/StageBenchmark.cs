using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Lag;
using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.Cli.Benchmarks.Stage;

/// <summary>What <see cref="StageBenchmark"/> runs.</summary>
internal sealed record StageBenchmarkOptions
{
    /// <summary><c>embedded</c> or <c>process</c>.</summary>
    public required string Kafka { get; init; }

    public required TopologyProfile Profile { get; init; }

    /// <summary>Events of a round.</summary>
    public required int Events { get; init; }

    public required int Keys { get; init; }

    /// <summary>Measured rounds; one more warms up.</summary>
    public required int Rounds { get; init; }

    /// <summary>Least ratio of the stage's rate per core to the plain consumer's.</summary>
    public required double Aim { get; init; }
}

/// <summary>
/// The runtime's price: in each round new events are written, then taken once by a plain consumer and once by a stateful stage, in
/// turns first. The brokers are other processes, so that this one's CPU time is the client's alone.
/// </summary>
internal sealed class StageBenchmark(StageBenchmarkOptions options, IAnsiConsole console)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(20);

    public async Task<StageBenchmarkReport> RunAsync(CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"Three brokers ({options.Kafka}) and {options.Events:N0} events for each round");
        using var pauses = new PauseListener();
        var (plain, stage) = (new List<ProcessMeasurement>(), new List<ProcessMeasurement>());
        for (var round = 0; round <= options.Rounds; round++)
        {
            // Brokers of its own, so that a round's stage has no state of earlier ones to restore.
            await using var brokers = await StandaloneBrokers.StartAsync(options.Kafka, StreamSocialTopics.For(options.Profile).Topics, ClusterLifetime.Short, cancellationToken);
            var settings = new KafkaClientSettings(brokers.BootstrapServers, new KafkaOptions { Embedded = brokers.IsEmbedded });
            var positions = await ReadEndsAsync(settings, cancellationToken);
            new BenchmarkLoad(settings, options).Write(round, cancellationToken);
            // Neither is always the one that finds the brokers' caches warm.
            if (round % 2 == 0)
                plain.Add(PlainConsumer.Take(settings, positions, options.Events, pauses, cancellationToken));
            stage.Add(await new StageRunner(brokers.BootstrapServers, brokers.IsEmbedded, options, pauses).TakeAsync(cancellationToken));
            if (round % 2 != 0)
                plain.Add(PlainConsumer.Take(settings, positions, options.Events, pauses, cancellationToken));
            console.MarkupLineInterpolated(
                $"  {(round == 0 ? "warm-up" : $"round {round}")}: plain {TextFormat.Number(plain[^1].EventsPerCoreSecond)}, stage {TextFormat.Number(stage[^1].EventsPerCoreSecond)} events/s per core");
        }

        return new StageBenchmarkReport
        {
            Kafka = options.Kafka,
            Profile = options.Profile,
            Plain = [.. plain.Skip(1)],
            Stage = [.. stage.Skip(1)],
            Aim = options.Aim,
            Hardware = Hardware.Describe(),
        };
    }

    private async Task<IReadOnlyDictionary<int, long>> ReadEndsAsync(KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        using var reader = new LogEndReader(settings, NullLogger<LogEndReader>.Instance);
        var partitions = StreamSocialTopics.For(options.Profile)[TopicNames.UserActions].Partitions;
        var ends = (await reader.ReadAsync([(TopicNames.UserActions, partitions)], ReadTimeout, cancellationToken))[0];
        return Enumerable.Range(0, partitions).ToDictionary(
            partition => partition,
            partition => ends.NextOffsets[partition] ?? throw new ToolException($"The end of {TopicNames.UserActions} [{partition}] could not be read within {ReadTimeout.TotalSeconds:0} s."));
    }
}
