using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Operations;
using StreamSocial.Control;

namespace StreamSocial.Cli.Commands;

/// <summary><c>restart</c>: stops a replica in good order and starts it again.</summary>
internal sealed class RestartCommand : Command
{
    /// <summary>Kind of the action in the log of actions.</summary>
    private const string Kind = "replica-restart";

    private readonly Argument<string> _replica = new("replica") { Description = "Name of the replica, for example feed-generator-2.", HelpName = "REPLICA" };
    private readonly Option<Uri?> _control = ControlOptionsOfCommands.Control();
    private readonly Option<string?> _token = ControlOptionsOfCommands.Token();
    private readonly IAnsiConsole _console;

    public RestartCommand(IAnsiConsole console)
        : base("restart", "Stop a feed generator in good order and start it again, through the AppHost's control server; recorded in the log of actions.")
    {
        _console = console;
        Add(_replica);
        Add(_control);
        Add(_token);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var replica = parsed.GetValue(_replica)!;
        var control = parsed.GetValue(_control)
            ?? throw new ToolException("Only an AppHost restarts replicas: give --control with the address that it prints at its start (without the path). On another orchestrator, restart the replica there.");
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var client = ControlOptionsOfCommands.Client(http, control, parsed.GetValue(_token));
        using var operation = new RecordedOperation(SharedOptions.CreateSettings(await client.GetBootstrapServersAsync(cancellationToken)));
        await operation.RunAsync(
            Kind, replica, new Dictionary<string, string>(),
            async token =>
            {
                await client.ExecuteAsync(replica, ResourceCommand.Restart, token);
                return true;
            },
            _ => "restarted", cancellationToken);
        _console.WriteLine($"{replica} was restarted.");
        return ExitCodes.Done;
    }
}
