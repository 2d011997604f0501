using System.CommandLine;
using Spectre.Console;

namespace StreamSocial.Cli.Commands;

/// <summary><c>topics</c>: what is done with the topics of the catalogue.</summary>
internal sealed class TopicsCommand : Command
{
    public TopicsCommand(IAnsiConsole console)
        : base("topics", "Describe or create the topics of the catalogue.")
    {
        Add(new TopicsDescribeCommand(console));
        Add(new TopicsCreateCommand(console));
    }
}
