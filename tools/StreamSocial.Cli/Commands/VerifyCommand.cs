using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;
using StreamSocial.Events.Topics;
using StreamSocial.Replay.Synthetic;

namespace StreamSocial.Cli.Commands;

/// <summary><c>verify</c>: the whole topology against a single-threaded reference.</summary>
internal sealed class VerifyCommand : Command
{
    private readonly Option<string> _kafka = new("--kafka")
    {
        Description = "Which Kafka the topology starts with.", HelpName = "auto|external|containers|process|embedded", DefaultValueFactory = _ => "auto",
    };

    private readonly Option<FileInfo?> _trace = SharedOptions.Trace();
    private readonly Option<int> _replicas = SharedOptions.AtLeastOne("--replicas", "Feed generators; the most of them with --rescale.", 3);
    private readonly Option<long?> _limit = SharedOptions.Limit();
    private readonly Option<TopologyProfile?> _profile = SharedOptions.Profile("what the AppHost chooses for its Kafka");
    private readonly Option<bool> _rescale = new("--rescale") { Description = "Start with 1 feed generator, go to --replicas after a third of the trace and back to 1 after two." };
    private readonly Option<double?> _rate = SharedOptions.Positive("--rate", "Events per second; default as fast as ingest takes them.");
    private readonly Option<int> _workers = SharedOptions.Workers(64);
    private readonly Option<int> _batch = SharedOptions.Between("--batch", "Most events in a request, 1 to 10,000; ingest takes 1,000 unless --set Ingest:MaxBatchActions allows more.", 1, 10_000, 500);
    private readonly Option<bool> _keepRunning = new("--keep-running") { Description = "Leave the topology running after the result, until Ctrl-C, and print its addresses." };
    private readonly Option<FileInfo?> _appHost = SharedOptions.AppHost();
    private readonly Option<FileInfo?> _log = new("--log") { Description = "Where the AppHost's output goes; default a file below artifacts/logs.", HelpName = "FILE" };
    private readonly Option<string[]> _set = SharedOptions.Set();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public VerifyCommand(IAnsiConsole console)
        : base("verify", "Start the topology, replay a trace through it, and compare every feed and counter with a single-threaded reference.")
    {
        _console = console;
        _kafka.AcceptOnlyFromAmong("auto", "external", "containers", "process", "embedded");
        foreach (var option in new Option[] { _kafka, _trace, _replicas, _limit, _profile, _rescale, _rate, _workers, _batch, _keepRunning, _appHost, _log, _set, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_rescale) && parsed.GetValue(_replicas) == 1)
            throw new UsageException("--rescale goes from 1 feed generator to --replicas and back: give --replicas 2 or more.");
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        using var file = await TraceFile.OpenAsync(parsed.GetValue(_trace), cancellationToken);
        var time = TimeProvider.System;
        var report = await AfterStart.HeldAsync(new VerifyRun(CreateOptions(parsed, file.Path, time.GetUtcNow()), _console, time).RunAsync(
            async (found, token) =>
            {
                VerifyTable.Write(_console, found);
                await json.WriteAsync(found, token);
            },
            cancellationToken));
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }

    private VerifyOptions CreateOptions(ParseResult parsed, string? trace, DateTimeOffset now)
    {
        var replicas = parsed.GetValue(_replicas);
        var rescale = parsed.GetValue(_rescale);
        return new VerifyOptions
        {
            Topology = new TopologyOptions
            {
                Kafka = parsed.GetValue(_kafka)!,
                Profile = parsed.GetValue(_profile),
                InitialReplicas = rescale ? 1 : replicas,
                MaximumReplicas = replicas,
                AppHost = parsed.GetValue(_appHost),
                Log = parsed.GetValue(_log) ?? new FileInfo(Path.Combine(ProgramLocator.LogFolder().FullName, $"verify-{now:yyyyMMdd-HHmmss}.log")),
                FurtherArguments = [.. parsed.GetValue(_set)!.Select(setting => $"--{setting}")],
            },
            OpenTrace = () => TraceChoice.Open(trace, new SyntheticTraceOptions(), parsed.GetValue(_limit), now),
            Rescale = rescale,
            Rate = parsed.GetValue(_rate),
            Workers = parsed.GetValue(_workers),
            BatchSize = parsed.GetValue(_batch),
            KeepRunning = parsed.GetValue(_keepRunning),
        };
    }
}
