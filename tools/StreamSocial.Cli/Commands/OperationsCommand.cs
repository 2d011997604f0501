using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Operations;
using StreamSocial.Operations.Log;

namespace StreamSocial.Cli.Commands;

/// <summary><c>operations</c>: what people made the cluster do.</summary>
internal sealed class OperationsCommand : Command
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<int> _limit = SharedOptions.AtLeastOne("--limit", "Show at most so many, the newest; 100 by default.", 100);
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public OperationsCommand(IAnsiConsole console)
        : base("operations", "Show the log of actions, newest first: who paused, reset, restarted or replayed what, when, and what came of it.")
    {
        _console = console;
        foreach (var option in new Option[] { _bootstrap, _limit, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        await using var reader = new TableReader<Operation>(SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!), TopicNames.Operations, OperationRecords.Read);
        await reader.StartAsync(cancellationToken);
        var operations = OperationDocument.Newest(await reader.ReadAsync(ReadTimeout, cancellationToken), parsed.GetValue(_limit));
        Write(operations);
        await json.WriteAsync(operations, cancellationToken);
        return ExitCodes.Done;
    }

    private void Write(IReadOnlyList<OperationDocument> operations)
    {
        if (operations.Count == 0)
        {
            _console.MarkupLine("Nobody has done anything yet.");
            return;
        }

        var table = new Table().AddColumns("Time", "Who", "Via", "Action", "Target", "Parameters", "Outcome");
        foreach (var operation in operations)
        {
            string[] cells =
            [
                operation.StartedAt.ToString("u", CultureInfo.InvariantCulture), operation.By, operation.Via, operation.Kind, operation.Target,
                string.Join(", ", operation.Parameters.Select(parameter => $"{parameter.Key} {parameter.Value}")),
                operation.Outcome == "started" ? "begun; not known to be over" : $"{operation.Outcome}: {operation.Detail}",
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }
        _console.Write(table);
    }
}
