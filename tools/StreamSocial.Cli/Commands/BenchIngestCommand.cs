using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Benchmarks.Ingest;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Commands;

/// <summary><c>bench ingest</c>: from JSON to acknowledged records, beside a server that only reads.</summary>
internal sealed class BenchIngestCommand : Command
{
    /// <summary>
    /// Embedded brokers keep 5 MiB of a partition, of which ingest fills 4 while nobody consumes. It counts 270 bytes an action on average, the fullest of the 60
    /// partitions gets a tenth more than its share, and a fifth more actions come before, to warm up.
    /// </summary>
    public const int MostEmbedded = 650_000;

    private readonly Option<string> _kafka = SharedOptions.StandaloneKafka();
    private readonly Option<int> _requests = SharedOptions.AtLeastOne(
        "--requests", FormattableString.Invariant($"Requests of a round, after a fifth as many to warm up; with --kafka embedded of at most {MostEmbedded:N0} actions together."), 5_000);

    private readonly Option<int> _batch = SharedOptions.Between("--batch", "Actions in a request, 1 to 1,000, which is what ingest takes.", 1, 1_000, 100);
    private readonly Option<int> _connections = SharedOptions.AtLeastOne("--connections", "Connections, each with one request at a time.", 16);
    private readonly Option<int> _rounds = SharedOptions.AtLeastOne("--rounds", "Measured rounds, each with new processes; medians are shown.", 5);
    private readonly Option<double> _aim = SharedOptions.NotNegative("--aim", "Least requests/s of ingest, as a fraction of the bare server's; below it the exit code is 1.", "F", 0.6);
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public BenchIngestCommand(IAnsiConsole console)
        : base("ingest", "Post actions to ingest until the brokers have acknowledged them, beside a bare Kestrel that reads the same bodies and answers 202, and producers without HTTP: requests/s, CPU time.")
    {
        _console = console;
        foreach (var option in new Option[] { _kafka, _requests, _batch, _connections, _rounds, _aim, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (requests, batch) = (parsed.GetValue(_requests), parsed.GetValue(_batch));
        if (parsed.GetValue(_kafka) == "embedded" && (long)requests * batch > MostEmbedded)
            throw new UsageException($"--requests {requests} of --batch {batch} actions are more than the embedded brokers keep: give {MostEmbedded / batch} requests or less, or --kafka process.");
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var options = new IngestBenchmarkOptions
        {
            Kafka = parsed.GetValue(_kafka)!,
            Requests = requests,
            Batch = batch,
            Connections = parsed.GetValue(_connections),
            Rounds = parsed.GetValue(_rounds),
            Aim = parsed.GetValue(_aim),
            Logs = ProgramLocator.LogFolder(),
        };
        var report = await new IngestBenchmark(options, _console, TimeProvider.System).RunAsync(cancellationToken);
        IngestBenchmarkTable.Write(_console, report);
        await json.WriteAsync(report, cancellationToken);
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }
}

/// <summary><c>bench server</c>: the bare server, in a process of its own.</summary>
internal sealed class BenchServerCommand : Command
{
    private readonly Option<string> _url = new(BareServer.UrlOption) { Description = "Where it listens.", HelpName = "URL", Required = true };

    public BenchServerCommand()
        : base(BareServer.CommandName, "Serve a benchmark: read each body and answer 202.")
    {
        Hidden = true;
        Add(_url);
        SetAction(async (parsed, cancellationToken) =>
        {
            await BareServer.RunAsync(parsed.GetValue(_url)!, cancellationToken);
            return ExitCodes.Done;
        });
    }
}
