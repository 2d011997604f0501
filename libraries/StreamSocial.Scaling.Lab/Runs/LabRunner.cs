using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace StreamSocial.Scaling.Lab.Runs;

/// <summary>Runs policies under loads, as many at a time as there are processors.</summary>
public static class LabRunner
{
    /// <summary>Runs each policy with each of its settings under each load.</summary>
    /// <param name="scenarios">The loads.</param>
    /// <param name="policies">Names of the policies beside ours.</param>
    /// <param name="progress">Takes each load that is done.</param>
    /// <param name="cancellationToken">Ends the runs.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LabReport Run(IReadOnlyList<Scenario> scenarios, IReadOnlyCollection<string> policies, IProgress<Scenario> progress, CancellationToken cancellationToken)
    {
        var variants = policies.Append(PolicyCatalog.Ours).Distinct().ToImmutableSortedDictionary(policy => policy, PolicyCatalog.VariantsOf);
        var reports = new ScenarioReport[scenarios.Count];
        // The longest first and each by itself, so that no processor is left with one of them at the end.
        var byLength = Partitioner.Create(scenarios.Index().OrderByDescending(pair => pair.Item.Load.Seconds), EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(byLength, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, pair =>
        {
            var (index, scenario) = pair;
            reports[index] = new ScenarioReport
            {
                Scenario = scenario,
                Oracle = SizePlanner.PlanOracle(scenario),
                CarefulOracle = SizePlanner.PlanCarefulOracle(scenario),
                Static = SizePlanner.PlanStatic(scenario),
                Runs = variants.ToImmutableSortedDictionary(policy => policy.Key, policy => policy.Value.Select(variant => ScalingRun.Run(scenario, variant)).ToImmutableArray()),
            };
            progress.Report(scenario);
        });
        return new LabReport([.. reports]);
    }
}
