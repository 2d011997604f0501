using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Commands;

/// <summary><c>members</c>: who is in the group, what each member owns, and what its audit counted.</summary>
internal sealed class MembersCommand : Command
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public MembersCommand(IAnsiConsole console)
        : base("members", "Show the group's members: partitions, rate, and what the audit counted (lost, duplicates dropped, misordered), in all and by edge.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        await using var tracker = await MemberTracker.StartAsync(SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!), cancellationToken);
        var members = await tracker.ReadAsync(ReadTimeout, cancellationToken);
        MemberTables.Write(_console, members);
        await json.WriteAsync(members.Select(MemberDocument.From), cancellationToken);
        return ExitCodes.Done;
    }
}
