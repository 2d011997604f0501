using System.CommandLine;
using Spectre.Console;

namespace StreamSocial.Cli.Commands;

/// <summary><c>dlq</c>: what is done with entries that could not be processed.</summary>
internal sealed class DlqCommand : Command
{
    public DlqCommand(IAnsiConsole console)
        : base("dlq", "List or replay entries that could not be processed (dead letters).")
    {
        Add(new DlqListCommand(console));
        Add(new DlqReplayCommand(console));
    }

    public static Option<string?> Topic() => new("--topic") { Description = "Input topic whose dead letters are meant, for example user-actions; default all.", HelpName = "TOPIC" };
}
