using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.ReplicaKill;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill replica-kill</c>.</summary>
internal sealed class ReplicaKillCommand : TopologyDrillCommand<ReplicaKillReport>
{
    private readonly Option<int> _kills = SharedOptions.AtLeastOne("--kills", "How many replicas to kill, one after the other.", 20);
    private readonly Option<int> _replicas = SharedOptions.AtLeastOne("--replicas", "Feed generators.", 3);

    public ReplicaKillCommand(IAnsiConsole console)
        : base(console, "replica-kill", "Kill feed generators without warning and start them again.", defaultRate: 2_000, AllSources)
    {
        Add(_kills);
        Add(_replicas);
    }

    protected override Task<ReplicaKillReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var replicas = parsed.GetValue(_replicas);
        return new ReplicaKillDrill(CreateOptions(parsed, replicas, replicas), parsed.GetValue(_kills), Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(ReplicaKillReport report) => ReplicaKillTable.Write(Console, report);
}
