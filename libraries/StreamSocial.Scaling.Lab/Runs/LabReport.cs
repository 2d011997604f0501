using System.Collections.Immutable;
using System.Globalization;

namespace StreamSocial.Scaling.Lab.Runs;

/// <summary>What came of all policies under all loads.</summary>
/// <param name="Scenarios">By scenario, in the order in which they were given.</param>
public sealed record LabReport(ImmutableArray<ScenarioReport> Scenarios)
{
    /// <summary>Of 36 loads, ours takes one step in at least so many.</summary>
    private const double OneStepShare = 19.0 / 36;

    private const int MostSteps = 3;
    private const double MostCost = 1.15;

    /// <summary>What is promised of our policy, each with whether it held.</summary>
    public ImmutableArray<LabPromise> Promises => [OneStep, FewSteps, Calm, CheapOverAll, Cheap, .. Others];

    /// <summary>Whether all held.</summary>
    public bool Passed => Promises.All(promise => promise.Held);

    private LabPromise OneStep
    {
        get
        {
            var (least, count) = ((int)Math.Ceiling(Scenarios.Length * OneStepShare), Scenarios.Count(scenario => scenario.Ours.StepsToSettle <= 1));
            return new(Text($"settles in one step in at least {least} of {Scenarios.Length}"), count >= least, Text($"in {count}"));
        }
    }

    private LabPromise FewSteps => All(Text($"never more than {MostSteps} steps"), scenario => scenario.Ours.StepsToSettle <= MostSteps, scenario => Text($"{scenario.Ours.StepsToSettle}"));

    private LabPromise Calm => All(
        "no oscillation on constant load", scenario => !scenario.Scenario.IsConstant || scenario.Ours.Oscillations == 0, scenario => Text($"{scenario.Ours.Oscillations}"));

    private LabPromise CheapOverAll
    {
        get
        {
            var total = Scenarios.Sum(scenario => scenario.Ours.ReplicaSeconds) / Scenarios.Sum(scenario => scenario.Oracle.ReplicaSeconds);
            return new(Text($"over all loads, at most {MostCost} times the oracle's replica-seconds"), total <= MostCost, Text($"{total:0.00} times"));
        }
    }

    private LabPromise Cheap => All(
        Text($"in each load, at most {MostCost} times the oracle's replica-seconds"), scenario => scenario.CostOf(scenario.Ours) <= MostCost, scenario => Text($"{scenario.CostOf(scenario.Ours):0.00}"));

    private IEnumerable<LabPromise> Others => Scenarios.SelectMany(scenario => scenario.Standings.Keys).Distinct().Select(policy =>
    {
        var standings = Scenarios.Select(scenario => (scenario.Scenario.Name, Standing: scenario.Standings[policy])).ToArray();
        var worse = standings.Where(pair => pair.Standing == Standing.Worse).Select(pair => pair.Name).ToArray();
        var counts = Text($"better in {standings.Count(pair => pair.Standing == Standing.Better)}, equal in {standings.Count(pair => pair.Standing == Standing.Equal)}");
        return new LabPromise($"no setting of {policy} is better on freshness or cost and not worse on the other", worse.Length == 0, worse.Length == 0 ? counts : Text($"{counts}, worse in {worse.Length}: {string.Join(", ", worse)}"));
    });

    private LabPromise All(string promise, Func<ScenarioReport, bool> holds, Func<ScenarioReport, string> figure)
    {
        var broken = Scenarios.Where(scenario => !holds(scenario)).Select(scenario => $"{scenario.Scenario.Name} {figure(scenario)}").ToArray();
        return new(promise, broken.Length == 0, broken.Length == 0 ? "in all" : Text($"not in {broken.Length}: {string.Join(", ", broken)}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Something that is promised of our policy.</summary>
/// <param name="Promise">What, for a person.</param>
/// <param name="Held">Whether it held.</param>
/// <param name="Detail">Where it did not, or figures.</param>
public sealed record LabPromise(string Promise, bool Held, string Detail);

/// <summary>What came of all policies under one load.</summary>
public sealed record ScenarioReport
{
    /// <summary>The load.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>The plan that knows the future.</summary>
    public required RunResult Oracle { get; init; }

    /// <summary>The same with the reserve that ours keeps.</summary>
    public required RunResult CarefulOracle { get; init; }

    /// <summary>The best single size.</summary>
    public required RunResult Static { get; init; }

    /// <summary>By policy, all of its settings; the documented defaults first.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<RunResult>> Runs { get; init; }

    /// <summary>Our policy with its defaults.</summary>
    public RunResult Ours => Runs[PolicyCatalog.Ours][0];

    /// <summary>How ours does beside each other policy, with any of its settings, and beside the best single size.</summary>
    public ImmutableSortedDictionary<string, Standing> Standings => Runs
        .Where(runs => runs.Key != PolicyCatalog.Ours)
        .Select(runs => KeyValuePair.Create(runs.Key, RunComparison.Judge(Ours, runs.Value)))
        .Append(KeyValuePair.Create(Static.Policy, RunComparison.Judge(Ours, [Static])))
        .ToImmutableSortedDictionary();

    /// <summary>Replica-seconds of a run as a multiple of the oracle's.</summary>
    public double CostOf(RunResult run) => run.ReplicaSeconds / Oracle.ReplicaSeconds;

    /// <summary>The best of a policy's settings for this load; see <see cref="RunComparison.Best"/>.</summary>
    public RunResult Tuned(string policy) => RunComparison.Best(Runs[policy]);
}
