using System.CommandLine;
using System.CommandLine.Invocation;
using Confluent.Kafka;
using Spectre.Console;
using StreamSocial.Cli.Commands.Alerts;
using StreamSocial.Cli.Commands.Drills;
using StreamSocial.Cli.Commands.Lab;
using StreamSocial.Cli.Commands.Scaling;
using StreamSocial.Cli.Output;
using StreamSocial.Control;
using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Replay.Sending;
using StreamSocial.Replay.Traces;
using StreamSocial.Scaling.Lab;
using StreamSocial.ServiceDefaults.HttpClients;

namespace StreamSocial.Cli.Commands;

/// <summary>The commands and how their failures become exit codes.</summary>
internal static class CommandLine
{
    /// <summary>Longest time that a command may take to end its child processes after Ctrl-C.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(90);

    public static RootCommand CreateRoot(IAnsiConsole console) => new("StreamSocial: plan, inspect, replay and verify an elastic feed topology on Kafka.")
    {
        new PlanCommand(console),
        new TopicsCommand(console),
        new PartitionsCommand(console),
        new BrokersCommand(console),
        new AlertsCommand(console),
        new GroupsCommand(console),
        new MembersCommand(console),
        new TasksCommand(console),
        new OperationsCommand(console),
        new StagesCommand(console),
        new OffsetsCommand(console),
        new DecisionsCommand(console),
        new ScaleCommand(console),
        new PauseCommand(console),
        new ResumeCommand(console),
        new ReplayCommand(console),
        new VerifyCommand(console),
        new DlqCommand(console),
        new FeedCommand(console),
        new RestartCommand(console),
        new DrillCommand(console),
        new BenchCommand(console),
        new LabCommand(console),
    };

    public static async Task<int> RunAsync(string[] args)
    {
        LoopbackProxy.Bypass();
        ClosableStream.ReplaceOutputs();
        var root = CreateRoot(CreateConsole());
        ListenFirst(root);
        var parsed = root.Parse(args);
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TerminationTimeout };
        try
        {
            var exitCode = await parsed.InvokeAsync(configuration);
            return parsed.Action is ParseErrorAction ? ExitCodes.NotTried : exitCode;
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException timeout)
        {
            // Nobody stopped it: a request was not answered.
            await Console.Error.WriteLineAsync($"streamsocial: {timeout.Message}");
            return ExitCodes.NotTried;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return ExitCodes.NotTried;
        }
        catch (NotHeldException e)
        {
            await Console.Error.WriteLineAsync($"streamsocial: {e.Message}");
            return ExitCodes.Failed;
        }
        catch (Exception e) when (IsExpected(e))
        {
            await Console.Error.WriteLineAsync($"streamsocial: {e.Message}");
            return ExitCodes.NotTried;
        }
    }

    /// <summary>Lets every action run elsewhere: Ctrl-C is listened to only when the action has given its task away, and some work for long before they do.</summary>
    private static void ListenFirst(Command command)
    {
        if (command.Action is AsynchronousCommandLineAction action)
            command.SetAction((parsed, cancellationToken) => Task.Run(() => action.InvokeAsync(parsed, cancellationToken), cancellationToken));
        foreach (var child in command.Subcommands)
            ListenFirst(child);
    }

    private static bool IsExpected(Exception e) => e is UsageException or ToolException or ControlException or DeadLetterException or ReplayException or TraceFormatException
        or LabFileException or KafkaException or HttpRequestException or IOException or UnauthorizedAccessException;

    /// <summary>The terminal, or plain wide lines where the output goes to a file or a pipe.</summary>
    private static IAnsiConsole CreateConsole()
    {
        const int WidthOfFiles = 200;
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
        console.Profile.Width = WidthOfFiles;
        return console;
    }
}
