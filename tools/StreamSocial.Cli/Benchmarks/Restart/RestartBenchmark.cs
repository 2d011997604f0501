using System.Globalization;
using System.Text;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Kafka;

namespace StreamSocial.Cli.Benchmarks.Restart;

/// <summary>What <see cref="RestartBenchmark"/> runs.</summary>
internal sealed record RestartBenchmarkOptions
{
    /// <summary><c>embedded</c> or <c>process</c>.</summary>
    public required string Kafka { get; init; }

    /// <summary>Bytes of values in the state.</summary>
    public required long StateBytes { get; init; }

    /// <summary>Measured rounds.</summary>
    public required int Rounds { get; init; }

    /// <summary>Bytes of a value.</summary>
    public int ValueBytes { get; init; } = 4_000;

    public int Keys => (int)Math.Max(1, StateBytes / ValueBytes);
}

/// <summary>
/// How long a member with a large state on disk takes from its start until all its partitions answer: from its own files, and from the changelogs when its files are
/// gone, in turns.
/// </summary>
internal sealed class RestartBenchmark(RestartBenchmarkOptions options, IAnsiConsole console)
{
    private const int ProgressEvery = 50_000;

    public async Task<RestartBenchmarkReport> RunAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("streamsocial-bench-restart");
        try
        {
            var catalog = StreamSocialTopics.For(TopologyProfile.Small);
            console.MarkupLineInterpolated($"Three brokers ({options.Kafka}); filling {TextFormat.Number(options.Keys)} entries of {TextFormat.Number(options.ValueBytes)} bytes");
            await using var brokers = await StandaloneBrokers.StartAsync(options.Kafka, catalog.Topics, ClusterLifetime.Short, cancellationToken);
            Write(new KafkaClientSettings(brokers.BootstrapServers, new KafkaOptions { Embedded = brokers.IsEmbedded }), catalog[TopicNames.UserActions].Partitions, cancellationToken);
            var member = new RestartMember(brokers.BootstrapServers, brokers.IsEmbedded, directory.FullName, options);
            await member.FillAsync(Progress, cancellationToken);
            console.MarkupLineInterpolated($"  filled; its files have {TextFormat.MegaBytes(SizeOf(directory))}");

            var (files, changelogs) = (new List<RestartMeasurement>(), new List<RestartMeasurement>());
            for (var round = 1; round <= options.Rounds; round++)
            {
                files.Add(await member.StartAgainAsync(cancellationToken));
                foreach (var child in directory.EnumerateDirectories())
                    child.Delete(recursive: true);
                changelogs.Add(await member.StartAgainAsync(cancellationToken));
                console.MarkupLineInterpolated($"  round {round}: {TextFormat.Seconds(files[^1].Ready)} from its files, {TextFormat.Seconds(changelogs[^1].Ready)} from the changelogs");
            }
            return new RestartBenchmarkReport { Options = options, FromFiles = files, FromChangelogs = changelogs, Hardware = Hardware.Describe() };
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private void Write(KafkaClientSettings settings, int partitions, CancellationToken cancellationToken)
    {
        using var load = new NumberedLoad(settings, partitions, "bench/restart");
        for (var i = 0; i < options.Keys; i++)
            load.Write(Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)), [1], cancellationToken);
        load.Complete();
    }

    private void Progress(long processed)
    {
        if (processed % ProgressEvery == 0)
            console.MarkupLineInterpolated($"  {TextFormat.Number(processed)} of {TextFormat.Number(options.Keys)} entries");
    }

    private static long SizeOf(DirectoryInfo directory) => directory.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
