using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Benchmarks.Dashboard;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Commands;

/// <summary><c>bench dashboard</c>: what viewers cost the dashboard, beside one without any.</summary>
internal sealed class BenchDashboardCommand : Command
{
    private readonly Option<int> _viewers = SharedOptions.AtLeastOne("--viewers", "Open pages, each with a stream of its own.", 50);
    private readonly Option<int> _rounds = SharedOptions.AtLeastOne("--rounds", "Measured spans of 10 s, after one to warm up; medians are shown.", 6);
    private readonly Option<double> _limit = SharedOptions.NotNegative("--limit", "Most cores that the viewers may cost; above it the exit code is 1.", "CORES", 0.1);
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public BenchDashboardCommand(IAnsiConsole console)
        : base("dashboard", "Let viewers follow a dashboard of 2,510 partitions once a second, beside one that nobody looks at: CPU time, memory, snapshots received.")
    {
        _console = console;
        foreach (var option in new Option[] { _viewers, _rounds, _limit, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var options = new DashboardBenchmarkOptions(parsed.GetValue(_viewers), parsed.GetValue(_rounds), parsed.GetValue(_limit), ProgramLocator.LogFolder());
        var report = await new DashboardBenchmark(options, _console, TimeProvider.System).RunAsync(cancellationToken);
        DashboardBenchmarkTable.Write(_console, report);
        await json.WriteAsync(report, cancellationToken);
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }
}
