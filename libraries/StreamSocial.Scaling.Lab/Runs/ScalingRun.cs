using System.Collections.Immutable;
using StreamSocial.Scaling.Lab.Model;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Scaling.Lab.Runs;

/// <summary>Runs a load through the model, and lets somebody decide once a second. Deterministic.</summary>
public static class ScalingRun
{
    /// <summary>Most replicas of the orchestrator and of every policy.</summary>
    public const int Maximum = 32;

    /// <summary>Steps of the model between two decisions: <c>Autoscaler:Interval</c>, 1 s.</summary>
    private static readonly int TicksPerDecision = (int)(TimeSpan.FromSeconds(1) / GroupModel.Tick);

    /// <summary>Lets a policy decide, with the same history of signals as the autoscaler.</summary>
    public static RunResult Run(Scenario scenario, PolicyVariant variant)
    {
        SignalHistory? history = null;
        return Run(scenario, variant.Policy.Name, variant.Settings, scenario.InitialReplicas, group =>
        {
            history ??= new SignalHistory(variant.Options, group.Upstream);
            var decision = variant.Policy.Decide(history.Add(group.Read(), group.Scale), variant.Options, group.Now);
            history.Add(decision, group.Now);
            return decision is { Acts: true, Desired: { } replicas } ? (replicas, decision.Reason) : (group.Desired, "");
        });
    }

    /// <summary>Follows a plan that was made before.</summary>
    /// <param name="scenario">The load.</param>
    /// <param name="policy">Name of who planned.</param>
    /// <param name="settings">How, for a person.</param>
    /// <param name="initial">Replicas at the beginning.</param>
    /// <param name="plan">Replicas to ask for, by second.</param>
    internal static RunResult Run(Scenario scenario, string policy, string settings, int initial, int[] plan) =>
        Run(scenario, policy, settings, initial, group => (plan[Math.Min((int)group.Elapsed.TotalSeconds, plan.Length - 1)], "as planned"));

    private static RunResult Run(Scenario scenario, string policy, string settings, int initial, Func<GroupModel, (int Replicas, string Reason)> decide)
    {
        var group = new GroupModel(scenario.Calibration, scenario.Load, initial, Maximum);
        var seconds = scenario.Load.Seconds;
        var steps = ImmutableArray.CreateBuilder<SizeStep>();
        var replicas = ImmutableArray.CreateBuilder<int>(seconds);
        var ages = ImmutableArray.CreateBuilder<float>(seconds);
        for (var second = 0; second < seconds; second++)
        {
            var (wanted, reason) = decide(group);
            if (wanted != group.Desired)
            {
                steps.Add(new SizeStep(second, group.Desired, wanted, reason));
                group.Resize(wanted);
            }
            var oldest = TimeSpan.Zero;
            for (var tick = 0; tick < TicksPerDecision; tick++)
            {
                group.Advance();
                oldest = group.OldestAge > oldest ? group.OldestAge : oldest;
            }
            replicas.Add(group.Running);
            ages.Add((float)oldest.TotalSeconds);
        }
        return new RunResult
        {
            Policy = policy,
            Settings = settings,
            Steps = steps.ToImmutable(),
            Replicas = replicas.MoveToImmutable(),
            AgeSeconds = ages.MoveToImmutable(),
            Rebalances = group.Rebalances,
            AgeTargetSeconds = PolicyCatalog.AgeTarget.TotalSeconds,
            LoadChanges = scenario.LoadChanges,
        };
    }
}
