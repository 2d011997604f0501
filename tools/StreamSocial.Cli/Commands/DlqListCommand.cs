using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.DeadLetters;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Commands;

/// <summary><c>dlq list</c>: dead letters with their origin and error.</summary>
internal sealed class DlqListCommand : Command
{
    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<string?> _topic = DlqCommand.Topic();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public DlqListCommand(IAnsiConsole console)
        : base("list", "List dead letters: when, from where (topic, partition, offset, entry), after how many tries, and the error.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_topic);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!);
        var letters = await new DeadLetterReader(settings).ReadAsync(parsed.GetValue(_topic), cancellationToken);
        DeadLetterTable.Write(_console, letters);
        await ResultFile.WriteAsync(parsed.GetValue(_json), letters, cancellationToken);
        return ExitCodes.Done;
    }
}
