using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Spectre.Console;
using StreamSocial.Cli.Benchmarks.Stage;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Embedded;

namespace StreamSocial.Cli.Commands;

/// <summary><c>bench</c>: what the runtime costs, beside a baseline of the same run.</summary>
internal sealed class BenchCommand : Command
{
    public BenchCommand(IAnsiConsole console)
        : base("bench", "Measure a part of the system beside a baseline in the same run.")
    {
        Add(new BenchStageCommand(console));
        Add(new BenchFeedsCommand(console));
        Add(new BenchHandoverCommand(console));
        Add(new BenchStateCommand(console));
        Add(new BenchRestartCommand(console));
        Add(new BenchIngestCommand(console));
        Add(new BenchDashboardCommand(console));
        Add(new BenchBrokersCommand());
        Add(new BenchServerCommand());
    }
}

/// <summary><c>bench stage</c>: a stateful stage beside a plain consumer on the same topic.</summary>
internal sealed class BenchStageCommand : Command
{
    /// <summary>Events of a partition: embedded brokers keep 5 MiB of it, and one in a batch of its own takes 223 bytes; the rest is left to chance.</summary>
    private const int MostEmbedded = 22_000;

    private readonly Option<string> _kafka = SharedOptions.StandaloneKafka();
    private readonly Option<int> _events = SharedOptions.AtLeastOne(
        "--events", FormattableString.Invariant($"Events of a round; with --kafka embedded at most {MostEmbedded:N0} for the fullest of the 60 partitions."), 1_000_000);

    private readonly Option<int> _keys = SharedOptions.AtLeastOne("--keys", "Distinct keys.", 20_000);
    private readonly Option<int> _rounds = SharedOptions.AtLeastOne("--rounds", "Measured rounds, after one to warm up; medians are shown.", 5);
    private readonly Option<double> _aim = SharedOptions.NotNegative("--aim", "Least events/s per core of the stage, as a fraction of the plain consumer's; below it the exit code is 1.", "F", 0.5);
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public BenchStageCommand(IAnsiConsole console)
        : base("stage", "Consume, process, emit and checkpoint with the runtime, beside a plain consumer of the same records: events/s per core, bytes allocated per event, longest GC pause.")
    {
        _console = console;
        foreach (var option in new Option[] { _kafka, _events, _keys, _rounds, _aim, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new StageBenchmarkOptions
        {
            Kafka = parsed.GetValue(_kafka)!,
            Profile = TopologyProfile.Small,
            Events = parsed.GetValue(_events),
            Keys = parsed.GetValue(_keys),
            Rounds = parsed.GetValue(_rounds),
            Aim = parsed.GetValue(_aim),
        };
        if (options.Kafka == "embedded" && BenchmarkLoad.FullestPartition(options) is var most and > MostEmbedded)
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"--events {options.Events} of --keys {options.Keys} bring the fullest partition {most:N0}, and the embedded brokers keep {MostEmbedded:N0}: give fewer events or more keys, or --kafka process."));
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var report = await new StageBenchmark(options, _console).RunAsync(cancellationToken);
        StageBenchmarkTable.Write(_console, report);
        await json.WriteAsync(report, cancellationToken);
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }
}

/// <summary>
/// <c>bench brokers</c>: embedded brokers in a process of their own, so that their work is not counted as the client's. Writes their
/// addresses and serves until its input ends.
/// </summary>
internal sealed class BenchBrokersCommand : Command
{
    private readonly Option<(string Name, int Partitions)[]> _topics = new(EmbeddedBrokers.TopicOption)
    {
        Description = "A topic to create and its number of partitions; may be given several times.",
        HelpName = "NAME=N",
        CustomParser = ParseTopics,
    };

    public BenchBrokersCommand()
        : base(EmbeddedBrokers.CommandName, "Serve embedded brokers to a benchmark or drill.")
    {
        Hidden = true;
        Add(_topics);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var brokers = EmbeddedKafkaCluster.Start();
        foreach (var (name, partitions) in parsed.GetValue(_topics) ?? [])
            brokers.CreateTopic(name, partitions, replicationFactor: 3);
        await Console.Out.WriteLineAsync(brokers.BootstrapServers.AsMemory(), cancellationToken);
        await Console.Out.FlushAsync(cancellationToken);
        await Console.In.ReadToEndAsync(cancellationToken);
        return ExitCodes.Done;
    }

    private static (string, int)[] ParseTopics(ArgumentResult result)
    {
        var topics = new List<(string, int)>();
        foreach (var token in result.Tokens)
        {
            if (token.Value.Split('=') is [var name, var count] && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var partitions))
                topics.Add((name, partitions));
            else
                result.AddError($"{EmbeddedBrokers.TopicOption} is '{token.Value}'; give a name and a number, such as user-actions=60.");
        }

        return [.. topics];
    }
}
