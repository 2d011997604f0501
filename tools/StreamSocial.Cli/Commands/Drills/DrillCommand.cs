using System.CommandLine;
using Spectre.Console;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill</c>: disturbs a running topology, or a simulated one, and proves that nothing came of it.</summary>
internal sealed class DrillCommand : Command
{
    public DrillCommand(IAnsiConsole console)
        : base("drill", "Disturb the topology while a trace runs, or a simulated one, and compare what it came to with a reference; the exit code is 0 only if the drill held.")
    {
        Add(new ReplicaKillCommand(console));
        Add(new RescaleCommand(console));
        Add(new RollingCommand(console));
        Add(new BrokerKillCommand(console));
        Add(new BlackoutCommand(console));
        Add(new HostileCommand(console));
        Add(new ZombieCommand(console));
        Add(new StreamCommand(console));
        Add(new SoakCommand(console));
        Add(new SpikeCommand(console));
        Add(new HotKeyCommand(console));
        Add(new MembersDrillCommand(console));
        Add(new SimulateCommand(console));
    }
}
