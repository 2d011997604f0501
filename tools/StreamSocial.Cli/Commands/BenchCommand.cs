using System.CommandLine;
using Spectre.Console;

namespace StreamSocial.Cli.Commands;

/// <summary><c>bench</c>: what the runtime costs, beside a baseline of the same run.</summary>
internal sealed class BenchCommand : Command
{
    public BenchCommand(IAnsiConsole console)
        : base("bench", "Measure a part of the system beside a baseline in the same run.")
    {
        Add(new BenchStageCommand(console));
        Add(new BenchBrokersCommand());
    }
}
