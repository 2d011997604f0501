using StreamSocial.Scaling.Lab.Runs;

namespace StreamSocial.Cli.Lab;

/// <summary>What the lab found, as the result file has it.</summary>
/// <param name="Promises">What is promised of our policy, and whether it held.</param>
/// <param name="Runs">Each policy with each of its settings, under each load.</param>
internal sealed record LabDocument(IReadOnlyList<LabPromise> Promises, IReadOnlyList<RunDocument> Runs)
{
    public static LabDocument From(LabReport report) => new(
        report.Promises,
        [
            .. from scenario in report.Scenarios
               from run in scenario.Runs.Values.SelectMany(runs => runs).Append(scenario.Static).Append(scenario.CarefulOracle).Append(scenario.Oracle)
               select new RunDocument(
                   scenario.Scenario.Name, run.Policy, run.Settings, run.StepsToSettle, run.SecondsLate, run.WorstAgeSeconds, run.ReplicaSeconds, scenario.CostOf(run), run.Rebalances, run.Oscillations, run.Steps),
        ]);
}

/// <summary>One run.</summary>
/// <param name="Scenario">The load.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Settings">How it was set.</param>
/// <param name="StepsToSettle">Most steps that one change of the load took.</param>
/// <param name="SecondsLate">Seconds in which the oldest record was older than the target.</param>
/// <param name="WorstAgeSeconds">Its greatest age.</param>
/// <param name="ReplicaSeconds">What it cost.</param>
/// <param name="TimesOracle">The same as a multiple of the oracle's.</param>
/// <param name="Rebalances">Times that the group was assigned anew.</param>
/// <param name="Oscillations">Steps that were taken back while the load did not change.</param>
/// <param name="Steps">The steps.</param>
internal sealed record RunDocument(
    string Scenario, string Policy, string Settings, int StepsToSettle, int SecondsLate, double WorstAgeSeconds, double ReplicaSeconds, double TimesOracle, int Rebalances, int Oscillations, IReadOnlyList<SizeStep> Steps);
