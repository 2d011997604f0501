using System.CommandLine;
using System.CommandLine.Parsing;
using Spectre.Console;
using StreamSocial.Cli.Drills.Spike;
using StreamSocial.Scaling.Policies;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill spike</c>.</summary>
internal sealed class SpikeCommand : TraceDrillCommand<SpikeReport>
{
    /// <summary>The policies that the autoscaler has; those that only the lab has cannot be tried on a topology.</summary>
    private static readonly string[] Known = [FreshnessPolicy.PolicyName, KedaPolicy.PolicyName];

    private readonly Option<string[]> _policies = new("--policies")
    {
        Description = $"Policies of the autoscaler, one run each, and only one with --kafka auto or external; the first must follow the crowd, the others are compared with it; default {string.Join(',', Known)}.",
        HelpName = "NAME,NAME,...",
        DefaultValueFactory = _ => Known,
        CustomParser = ParsePolicies,
    };

    private readonly Option<int> _capacity = SharedOptions.AtLeastOne("--capacity", "Entries per second that a replica may process.", 450);
    private readonly Option<int> _maximum = SharedOptions.AtLeastOne("--maximum", "Most feed generators.", 6);
    private readonly Option<int> _spike = SharedOptions.Seconds("--spike", "Seconds that the crowd stays.", 60);
    private readonly Option<int> _after = SharedOptions.Seconds("--after", "Most seconds to wait for one replica afterwards; a policy that is compared gets as many as the first took, at least 120.", 300);
    private readonly Option<FileInfo?> _html = new("--html") { Description = "Also draw age and replicas over time into this file.", HelpName = "FILE" };

    public SpikeCommand(IAnsiConsole console)
        : base(console, "spike", "Let a crowd come and leave while the autoscaler is on and nobody else scales.", defaultRate: 600, AllSources, hasSteadyState: false)
    {
        foreach (var option in new Option[] { _policies, _capacity, _maximum, _spike, _after, _html })
            Add(option);
    }

    protected override async Task<SpikeReport> RunTraceDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var policies = parsed.GetValue(_policies)!;
        if (policies.Length > 1 && parsed.GetValue(Kafka) is "auto" or "external")
            throw new UsageException($"--kafka {parsed.GetValue(Kafka)} cannot be used with {policies.Length} policies: each needs a cluster without the others' state. Give one of --policies, or use containers, process or embedded.");
        var common = CreateOptions(parsed, initial: 1, parsed.GetValue(_maximum));
        var options = new SpikeOptions
        {
            Topology = common.Topology,
            OpenTrace = common.OpenTrace,
            Policies = policies,
            SpikeRate = common.Rate,
            Capacity = parsed.GetValue(_capacity),
            Spike = TimeSpan.FromSeconds(parsed.GetValue(_spike)),
            After = TimeSpan.FromSeconds(parsed.GetValue(_after)),
        };
        return await new SpikeDrill(options, Console, Time).RunAsync(cancellationToken);
    }

    private static string[] ParsePolicies(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var policies = text.Split(',', StringSplitOptions.TrimEntries);
        if (policies.All(Known.Contains) && policies.Distinct().Count() == policies.Length)
            return policies;
        result.AddError($"--policies is '{text}'; give one or more of {string.Join(", ", Known)}, each once, with commas between them.");
        return [];
    }

    protected override Option<FileInfo?> Page => _html;

    protected override string Draw(SpikeReport report) => SpikePage.Render(report);

    protected override void Write(SpikeReport report) => SpikeTable.Write(Console, report);
}
