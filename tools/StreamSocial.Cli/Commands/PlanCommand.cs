using System.CommandLine;
using System.CommandLine.Parsing;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Planning;
using StreamSocial.Events.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Commands;

/// <summary><c>plan</c>: how many partitions a topic needs and with how many consumers to start, and why.</summary>
internal sealed class PlanCommand : Command
{
    private static readonly PartitionPlannerOptions Defaults = new();

    private readonly Option<double> _target = Number("--target", "Requests per second at the peak, for the topics of StreamSocial.", Defaults.TargetRequestsPerSecond, 1, double.MaxValue, "a number, 1 or more");
    private readonly Option<double?> _rate = new("--rate")
    {
        Description = "Entries per second at the peak, for a topic of your own; with --scenario, requests per second in place of its own number.",
        HelpName = "N",
        CustomParser = result => SharedOptions.Parse("--rate", result, 1.0, "a number, 1 or more"),
    };

    private readonly Option<double?> _perConsumer = SharedOptions.Positive("--per-consumer", "Entries per second that one consumer processes, measured; goes with --rate.");
    private readonly Option<string?> _scenario = new("--scenario")
    {
        Description = "Plan the topics of a typical application: counts, keys, hot-partition risks, what to watch.",
        HelpName = string.Join('|', Scenarios.All.Select(scenario => scenario.Name)),
    };

    private readonly Option<int> _brokers = new("--brokers")
    {
        Description = "Number of brokers, 1 to 10,000.",
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.Brokers,
        CustomParser = result => SharedOptions.Parse("--brokers", result, 1, "a whole number from 1 to 10,000", 10_000),
    };

    private readonly Option<double> _headroom = Number("--headroom", "Factor above what the rate needs, 1 to 10.", Defaults.Headroom, 1, 10, "a number from 1 to 10");
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public PlanCommand(IAnsiConsole console)
        : base(
            "plan",
            "Plan partition counts: max(brokers x 2, rate / per-consumer throughput) x headroom, rounded up to a multiple of the brokers; and consumers to start with: "
            + "half of the partitions, the common rule, or what the rate takes, whichever is more. For the topics of StreamSocial, for one of your own "
            + "(--rate, --per-consumer), or for a scenario.")
    {
        _console = console;
        _scenario.AcceptOnlyFromAmong([.. Scenarios.All.Select(scenario => scenario.Name)]);
        foreach (var option in new Option[] { _target, _rate, _perConsumer, _scenario, _brokers, _headroom, _json })
            Add(option);
        Validators.Add(CheckCombination);
        SetAction(RunAsync);
    }

    private static Option<double> Number(string name, string description, double defaultValue, double minimum, double maximum, string expected) => new(name)
    {
        Description = description, HelpName = "N", DefaultValueFactory = _ => defaultValue, CustomParser = result => SharedOptions.Parse(name, result, minimum, expected, maximum),
    };

    private void CheckCombination(CommandResult result)
    {
        var (hasRate, hasPerConsumer, hasScenario) = (IsGiven(_rate), IsGiven(_perConsumer), IsGiven(_scenario));
        if (hasScenario && hasPerConsumer)
            result.AddError("--per-consumer is of one topic, and a scenario has several: plan each with --rate and --per-consumer.");
        else if (hasRate && !hasPerConsumer && !hasScenario)
            result.AddError("--rate also needs --per-consumer: what one consumer processes decides how many partitions there must be.");
        else if (hasPerConsumer && !hasRate)
            result.AddError("--per-consumer also needs --rate.");
        if (IsGiven(_target) && (hasRate || hasScenario))
            result.AddError("--target is for the topics of StreamSocial; it goes with neither --rate nor --scenario.");

        bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        await json.WriteAsync(Plan(parsed), cancellationToken);
        return ExitCodes.Done;
    }

    private IReadOnlyList<TopicPlan> Plan(ParseResult parsed)
    {
        var scenario = parsed.GetValue(_scenario) is { } name ? Scenarios.Find(name) : null;
        var rate = parsed.GetValue(_rate);
        var options = new PartitionPlannerOptions
        {
            TargetRequestsPerSecond = rate ?? scenario?.RequestsPerSecond ?? parsed.GetValue(_target), Brokers = parsed.GetValue(_brokers), Headroom = parsed.GetValue(_headroom),
        };
        IEnumerable<TopicWorkload> workloads = scenario is not null ? scenario.Topics.Select(topic => topic.Workload)
            : rate is not null ? [new TopicWorkload("topic", 1, parsed.GetValue(_perConsumer)!.Value)]
            : StreamSocialTopics.Workloads;
        IReadOnlyList<TopicPlan> plans = [.. workloads.Select(workload => TopicPlan.Of(workload, options))];
        if (scenario is null)
            PlanTables.Write(_console, plans);
        else
            PlanTables.Write(_console, scenario, options.TargetRequestsPerSecond, plans);
        return plans;
    }
}
