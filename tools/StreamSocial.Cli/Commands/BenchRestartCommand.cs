using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Benchmarks.Restart;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Commands;

/// <summary><c>bench restart</c>: a member that starts from its own files beside one that starts from the changelogs.</summary>
internal sealed class BenchRestartCommand : Command
{
    private const int BytesOfMegabyte = 1_000_000;

    private readonly Option<string> _kafka = SharedOptions.StandaloneKafka();
    private readonly Option<int> _state = SharedOptions.Between("--state", "Size of the state on disk, in MB, 1 to 100,000; 3,000 entries of 4,000 bytes are written in a second.", 1, 100_000, 2_000);
    private readonly Option<int> _rounds = SharedOptions.AtLeastOne("--rounds", "Measured rounds; medians are shown.", 3);
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public BenchRestartCommand(IAnsiConsole console)
        : base("restart", "Restart a member with a large state on disk: seconds from start to ready from its own files, beside a restore from the changelogs.")
    {
        _console = console;
        foreach (var option in new Option[] { _kafka, _state, _rounds, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var options = new RestartBenchmarkOptions
        {
            Kafka = parsed.GetValue(_kafka)!,
            StateBytes = (long)parsed.GetValue(_state) * BytesOfMegabyte,
            Rounds = parsed.GetValue(_rounds),
        };
        var report = await new RestartBenchmark(options, _console).RunAsync(cancellationToken);
        RestartBenchmarkTable.Write(_console, report);
        await json.WriteAsync(report, cancellationToken);
        return ExitCodes.Done;
    }
}
