using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Benchmarks.Restart;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Commands;

/// <summary><c>bench restart</c>: a member that starts from its own files beside one that starts from the changelogs.</summary>
internal sealed class BenchRestartCommand : Command
{
    private const int BytesOfMegabyte = 1_000_000;

    /// <summary>Embedded brokers keep no state of a partition that takes more than 4.75 MiB in its changelog; the entries are not spread evenly over the 60.</summary>
    private const int MostEmbedded = 200;

    private readonly Option<string> _kafka = SharedOptions.StandaloneKafka("process");
    private readonly Option<int> _state = SharedOptions.Between(
        "--state", FormattableString.Invariant($"Size of the state on disk, in MB, 1 to 100,000, with --kafka embedded to {MostEmbedded}; 3,000 entries of 4,000 bytes are written in a second."), 1, 100_000, 2_000);

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
        if (parsed.GetValue(_kafka) == "embedded" && parsed.GetValue(_state) > MostEmbedded)
            throw new UsageException($"--state {parsed.GetValue(_state)} is more than the embedded brokers keep: give {MostEmbedded} or less, or --kafka process.");
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
