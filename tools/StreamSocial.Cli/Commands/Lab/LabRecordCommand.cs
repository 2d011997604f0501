using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StreamSocial.Cli.Lab;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Kafka.Lag;

namespace StreamSocial.Cli.Commands.Lab;

/// <summary><c>lab record</c>: writes down what arrives in a running cluster.</summary>
internal sealed class LabRecordCommand : Command
{
    private const int ReportEvery = 10;
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<FileInfo> _out = new("--out") { Description = "The recording, for 'lab --recording'.", HelpName = "FILE", Required = true };
    private readonly Option<double?> _seconds = SharedOptions.Positive("--seconds", "How long to record; default until Ctrl-C.", SharedOptions.MostSeconds);
    private readonly Option<string?> _description = new("--description") { Description = "What is recorded, for whoever reads the lab's tables.", HelpName = "TEXT" };
    private readonly IAnsiConsole _console;

    public LabRecordCommand(IAnsiConsole console)
        : base("record", "Record what arrives in each partition of the group's input topics, second by second, as a load for the lab. It reads log ends only.")
    {
        _console = console;
        foreach (var option in new Option[] { _bootstrap, _out, _seconds, _description })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_out)!;
        await using var result = ResultFile.Open(file);
        var settings = SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!);
        var topics = GroupSampler.ReadInputs(settings);
        using var ends = new LogEndReader(settings, NullLogger<LogEndReader>.Instance);
        var progress = new Progress<(int Second, long Records)>(now =>
        {
            if (now.Second % ReportEvery == 0)
                _console.MarkupLineInterpolated($"  [grey]{now.Second} s[/] {now.Records:N0} records/s");
        });
        var recording = await new LoadRecorder((inputs, token) => ends.ReadAsync(inputs, ReadTimeout, token), topics, TimeProvider.System).RecordAsync(
            parsed.GetValue(_seconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null, parsed.GetValue(_description) ?? "recorded", progress, cancellationToken);
        await result.WriteAsync(stream => recording.WriteAsync(stream, CancellationToken.None), CancellationToken.None);
        _console.MarkupLineInterpolated($"{recording.Seconds} seconds recorded in {file.Name}.");
        return ExitCodes.Done;
    }
}
