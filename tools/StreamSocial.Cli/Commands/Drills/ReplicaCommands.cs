using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.ReplicaKill;
using StreamSocial.Cli.Drills.Zombie;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill replica-kill</c>.</summary>
internal sealed class ReplicaKillCommand : TraceDrillCommand<ReplicaKillReport>
{
    private readonly Option<int> _kills = SharedOptions.AtLeastOne("--kills", "How many replicas to kill, one after the other.", 20);
    private readonly Option<int> _replicas = SharedOptions.AtLeastOne("--replicas", "Feed generators.", 3);

    public ReplicaKillCommand(IAnsiConsole console)
        : base(console, "replica-kill", "Kill feed generators without warning; the AppHost starts them again.", defaultRate: 2_000, AllSources)
    {
        Add(_kills);
        Add(_replicas);
    }

    protected override Task<ReplicaKillReport> RunTraceDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var replicas = parsed.GetValue(_replicas);
        return new ReplicaKillDrill(CreateOptions(parsed, replicas, replicas), parsed.GetValue(_kills), Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(ReplicaKillReport report) => ReplicaKillTable.Write(Console, report);
}

/// <summary><c>drill zombie</c>.</summary>
internal sealed class ZombieCommand : TraceDrillCommand<ZombieReport>
{
    private readonly Option<int> _times = SharedOptions.AtLeastOne("--times", "How many times to freeze a replica.", 20);
    private readonly Option<int> _replicas = SharedOptions.AtLeast("--replicas", "Feed generators; two or more.", 2, 3);

    public ZombieCommand(IAnsiConsole console)
        : base(console, "zombie", "Freeze feed generators past their session, and continue them when others have taken over. One that ends then fails the drill.", defaultRate: 2_000, ["process", "external", "containers"])
    {
        Add(_times);
        Add(_replicas);
    }

    protected override Task<ZombieReport> RunTraceDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var replicas = parsed.GetValue(_replicas);
        return new ZombieDrill(CreateOptions(parsed, replicas, replicas), parsed.GetValue(_times), Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(ZombieReport report) => ZombieTable.Write(Console, report);

    protected override string WhyNot(string source) =>
        source == "auto" ? "Say which one." : "The embedded brokers have no transactions, so they fence no late checkpoint; there claims do, which this drill cannot count.";
}
