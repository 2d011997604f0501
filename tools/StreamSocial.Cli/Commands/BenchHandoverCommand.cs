using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Benchmarks.Handover;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Commands;

/// <summary><c>bench handover</c>: a second feed generator joins and is killed under load, beside another system that does the same.</summary>
internal sealed class BenchHandoverCommand : Command
{
    private readonly Option<int> _rounds = SharedOptions.AtLeastOne("--rounds", "Rounds, each of minutes, the peer's and ours in turns; medians are shown.", 1);
    private readonly Option<double> _joinLimit = SharedOptions.NotNegative("--join-limit", "Longest gap of ours at the join, as a fraction of the peer's; above it the exit code is 1.", "F", 0.1);
    private readonly Option<FileInfo?> _trace = SharedOptions.Trace();
    private readonly Option<string[]> _set = SharedOptions.Set();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly Option<string?> _peer = new("--peer")
    {
        Description = $"Script of another system whose second process joins and is killed first, on the same brokers. Known by its folder: {string.Join(", ", HandoverPeer.Known)}. Without it ours runs alone, on brokers that are not warm.",
        HelpName = "RUN",
    };

    private readonly IAnsiConsole _console;

    public BenchHandoverCommand(IAnsiConsole console)
        : base("handover", "Play the trace at 2,000 lines/s to one feed generator on three real brokers from KAFKA_HOME, start a second one, kill it 40 s later with SIGKILL, watch for 30 s: for how long partitions of each stage stood still, who processed when, what was lost or duplicated. Ours counts only records never processed before, by positions that members report every 100 ms once outputs are acknowledged; a peer counts each record it processes, to 50 ms, again or not. Exit code 0 if ours has at most a tenth of the peer's join gap and is below its kill gap, or without a peer; 1 if not, or if anything of ours was lost or duplicated; 2 if it could not be tried.")
    {
        _console = console;
        _trace.Required = true;
        _peer.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } path && HandoverPeer.Find(path) is null)
                result.AddError($"--peer is '{path}'; give a script 'run', or its folder, named {string.Join(", ", HandoverPeer.Known)}.");
        });
        foreach (var option in new Option[] { _rounds, _trace, _peer, _joinLimit, _set, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        using var trace = await TraceFile.OpenAsync(parsed.GetValue(_trace), cancellationToken);
        var options = new HandoverBenchmarkOptions
        {
            Trace = trace.Path!,
            Rounds = parsed.GetValue(_rounds),
            Peer = parsed.GetValue(_peer) is { } path ? HandoverPeer.Find(path) : null,
            JoinLimit = parsed.GetValue(_joinLimit),
            FurtherArguments = [.. parsed.GetValue(_set)!.Select(setting => $"--{setting}")],
            Logs = ProgramLocator.LogFolder(),
        };
        var report = await new HandoverBenchmark(options, _console, TimeProvider.System).RunAsync(cancellationToken);
        HandoverTable.Write(_console, report);
        await json.WriteAsync(report, cancellationToken);
        return report.Verdict switch
        {
            HandoverVerdict.DoesNotHold => ExitCodes.Failed,
            HandoverVerdict.Unknown => ExitCodes.NotTried,
            _ => ExitCodes.Done,
        };
    }
}
