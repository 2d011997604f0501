using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Commands;

/// <summary><c>members</c>: who is in the group, what each member owns, what waits and why, and what its audit counted.</summary>
internal sealed class MembersCommand : Command
{
    private const double DefaultSeconds = 4;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly Option<double?> _seconds = SharedOptions.Positive("--seconds", "How long to watch what waits; ages are known only as far back. Default 4.", SharedOptions.MostSeconds);
    private readonly IAnsiConsole _console;

    public MembersCommand(IAnsiConsole console)
        : base("members", "Show the group's members: partitions, rate, lag and age, why records wait, and what the audit counted (lost, duplicates dropped, misordered), in all and by edge.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_json);
        Add(_seconds);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var settings = SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!);
        await using var tracker = await MemberTracker.StartAsync(settings, cancellationToken);
        await tracker.ReadAsync(ReadTimeout, cancellationToken);
        var watched = TimeSpan.FromSeconds(parsed.GetValue(_seconds) ?? DefaultSeconds);
        var group = await GroupSampler.SampleAsync(settings, tracker, watched, TimeProvider.System, cancellationToken);
        MemberTables.Write(_console, group, watched);
        await json.WriteAsync(group.Members!.Select(member => MemberDocument.From(member, group)), cancellationToken);
        return ExitCodes.Done;
    }
}
