using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.Members;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill members</c>.</summary>
internal sealed class MembersDrillCommand : KafkaDrillCommand<MembersReport>
{
    private readonly Option<int> _count = SharedOptions.AtLeastOne("--count", "Most members; the steps are 1, 2, 5, 10, 20, 50, ... up to it, and over half and a tenth of it back to 1.", 100);
    private readonly Option<int?> _partitions = new("--partitions")
    {
        Description = "Partitions that they share, at least as many as members; default three for each.",
        HelpName = "N",
        CustomParser = result => SharedOptions.Parse("--partitions", result, 1, "a whole number, 1 or more"),
    };

    private readonly Option<string?> _protocols = new("--protocols")
    {
        Description = $"Protocols, one group each: {string.Join(", ", MembershipProtocol.All.Select(protocol => protocol.Name))} (KIP-848); default all, with --kafka embedded only consumer.",
        HelpName = "NAME,NAME,...",
    };

    private readonly Option<int> _timeout = SharedOptions.AtLeastOne("--timeout", "Most seconds for one step to settle.", 120);

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
        SharedOptions.CheckTogether(this, result =>
        {
            if (result.GetValue(_partitions) is { } partitions && partitions < result.GetValue(_count))
                result.AddError("--partitions must be at least --count: a member without a partition would be idle.");
            var kafka = result.GetValue(Kafka)!;
            foreach (var name in NamesOf(result.GetValue(_protocols)))
            {
                if (MembershipProtocol.All.All(protocol => protocol.Name != name))
                    result.AddError($"--protocols has '{name}'; use some of {string.Join(", ", MembershipProtocol.All.Select(protocol => protocol.Name))}.");
                else if (MembershipProtocol.On(kafka).All(protocol => protocol.Name != name))
                    result.AddError($"--protocols {name} cannot be used with --kafka {kafka}: in the embedded brokers' classic groups each join waits for a session timeout, and partitions get lost. Use process.");
            }
        });
    }

    protected override string WhyNot(string source) => "The drill starts brokers alone, without the rest of the topology.";

    protected override Task<MembersReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (kafka, count, names) = (parsed.GetValue(Kafka)!, parsed.GetValue(_count), NamesOf(parsed.GetValue(_protocols)));
        var options = new MembersOptions
        {
            Kafka = kafka,
            Partitions = parsed.GetValue(_partitions) ?? (3 * count),
            Steps = MemberSteps.UpTo(count),
            Protocols = [.. MembershipProtocol.On(kafka).Where(protocol => names.Length == 0 || names.Contains(protocol.Name))],
            Timeout = TimeSpan.FromSeconds(parsed.GetValue(_timeout)),
        };
        return new MembersDrill(options, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(MembersReport report) => MembersTable.Write(Console, report);

    private static string[] NamesOf(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
