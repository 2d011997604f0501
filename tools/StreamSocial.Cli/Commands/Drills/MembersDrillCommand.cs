using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.Members;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill members</c>.</summary>
internal sealed class MembersDrillCommand : KafkaDrillCommand<MembersReport>
{
    private readonly Option<int> _count = SharedOptions.Between("--count", "Most members, 1 to 10,000; the steps are 1, 2, 5, 10, 20, 50, ... up to it, and over half and a tenth of it back to 1.", 1, 10_000, 100);
    private readonly Option<int?> _partitions = new("--partitions")
    {
        Description = "Partitions that they share, at least as many as members, at most 100,000; default three for each.",
        HelpName = "N",
        CustomParser = result => SharedOptions.Parse("--partitions", result, 1, "a whole number, 1 to 100,000", 100_000),
    };

    private readonly Option<string?> _protocols = new("--protocols")
    {
        Description = $"Protocols, one group each: {string.Join(", ", MembershipProtocol.All.Select(protocol => protocol.Name))} (KIP-848); default all, with --kafka embedded only consumer.",
        HelpName = "NAME,NAME,...",
    };

    private readonly Option<int> _timeout = SharedOptions.Between("--timeout", "Most seconds for one step to settle, 4 or more: in the last 3 of them nothing may change.", 4, SharedOptions.MostSeconds, 120);

    public MembersDrillCommand(IAnsiConsole console)
        : base(
            console,
            "members",
            "Let up to a hundred members that process nothing join a group and leave it, in steps, under each group protocol; time to settle for each step, "
            + "and a model of it for larger groups. Holds if each partition has exactly one owner whenever the group has settled, and it always does.",
            ["process", "embedded"])
    {
        foreach (var option in new Option[] { _count, _partitions, _protocols, _timeout })
            Add(option);
    }

    protected override string WhyNot(string source) => "The drill starts brokers alone, without the rest of the topology.";

    protected override Task<MembersReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (kafka, count) = (parsed.GetValue(Kafka)!, parsed.GetValue(_count));
        var options = new MembersOptions
        {
            Kafka = kafka,
            Partitions = parsed.GetValue(_partitions) ?? (3 * count),
            Steps = MemberSteps.UpTo(count),
            Protocols = ProtocolsOf(parsed.GetValue(_protocols), kafka),
            Timeout = TimeSpan.FromSeconds(parsed.GetValue(_timeout)),
        };
        if (options.Partitions < count)
            throw new UsageException($"--partitions {options.Partitions} is less than --count {count}: members without a partition would be idle.");
        return new MembersDrill(options, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(MembersReport report) => MembersTable.Write(Console, report);

    /// <exception cref="UsageException">A name is unknown, or its protocol does not work on these brokers.</exception>
    private static IReadOnlyList<MembershipProtocol> ProtocolsOf(string? list, string kafka)
    {
        var possible = MembershipProtocol.On(kafka);
        if (list is null)
            return possible;
        var names = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length == 0)
            throw new UsageException($"--protocols is '{list}'; use some of {string.Join(", ", MembershipProtocol.All.Select(protocol => protocol.Name))}.");
        foreach (var name in names)
        {
            if (MembershipProtocol.All.All(protocol => protocol.Name != name))
                throw new UsageException($"--protocols has '{name}'; use some of {string.Join(", ", MembershipProtocol.All.Select(protocol => protocol.Name))}.");
            if (possible.All(protocol => protocol.Name != name))
                throw new UsageException($"--protocols {name} cannot be used with --kafka {kafka}: in the embedded brokers' classic groups each join waits for a session timeout, and partitions get lost. Use process.");
        }

        return [.. possible.Where(protocol => names.Contains(protocol.Name))];
    }
}
