using System.Globalization;

namespace StreamSocial.Scaling.Lab.Runs;

/// <summary>Sizes a group with knowledge of the whole load: what no policy can do, and so what policies are measured by.</summary>
internal static class SizePlanner
{
    public const string Oracle = "oracle";

    /// <summary>The oracle that keeps what ours keeps for the case that a replica is lost.</summary>
    public const string CarefulOracle = "careful oracle";

    public const string Static = "static";

    /// <summary>The best plan of a grid: asked for so early that replicas are there in time, and kept where a load comes back soon.</summary>
    public static RunResult PlanOracle(Scenario scenario) => RunComparison.Best(
        [
            .. from margin in new[] { 0.9, 1, 1.05, 1.2, 1.6 }
               from keep in new[] { 0, 20, 120 }
               from smooth in new[] { 1, 3 }
               select Follow(scenario, Oracle, Text($"margin {margin:0.##}, kept for {keep} s, over {smooth} s"), Plan(scenario, load => Fewest(scenario, load * margin), keep, smooth)),
            .. Enumerable.Range(1, MostReplicas(scenario)).Select(replicas => Follow(scenario, Oracle, Text($"{replicas} replicas"), [replicas])),
        ]);

    /// <summary>The oracle's plan at the utilisation of our policy's defaults, and with enough left when a replica is lost.</summary>
    public static RunResult PlanCarefulOracle(Scenario scenario)
    {
        var options = new ScalingOptions();
        var target = options.TargetUtilisation * (1 - options.Tolerance);
        return Follow(scenario, CarefulOracle, Text($"utilisation {target:0.##}, one replica to lose"), Plan(scenario, load => Math.Max(Fewest(scenario, load / target), load <= target ? 1 : Fewest(scenario, load) + 1), keep: 60, smooth: 1));
    }

    /// <summary>The one size that is best for the whole load.</summary>
    public static RunResult PlanStatic(Scenario scenario) =>
        RunComparison.Best([.. Enumerable.Range(1, MostReplicas(scenario)).Select(replicas => ScalingRun.Run(scenario, Static, Text($"{replicas} replicas"), replicas, [replicas]))]);

    /// <summary>One more than the busiest second takes: more help nobody.</summary>
    private static int MostReplicas(Scenario scenario) => Math.Min(ScalingRun.Maximum, Fewest(scenario, scenario.LoadInReplicas.Max()) + 1);

    private static RunResult Follow(Scenario scenario, string name, string settings, int[] plan) => ScalingRun.Run(scenario, name, settings, scenario.InitialReplicas, plan);

    /// <summary>Fewest replicas whose busiest one is not more than always busy; each owns whole partitions.</summary>
    private static int Fewest(Scenario scenario, double load)
    {
        var partitions = scenario.Calibration.Stages.Max(stage => stage.Partitions);
        var replicas = 1;
        while (replicas < ScalingRun.Maximum && load * Math.Ceiling((double)partitions / replicas) / partitions > 1)
            replicas++;
        return replicas;
    }

    private static int[] Plan(Scenario scenario, Func<double, int> size, int keep, int smooth)
    {
        var load = scenario.LoadInReplicas;
        int[] needed = [.. load.Select((_, second) => size(load.Skip(second).Take(smooth).Average()))];
        return Keep(AskInTime(scenario, needed), keep);
    }

    /// <summary>What must be asked for now, since the starts that follow until it is needed do not suffice.</summary>
    private static int[] AskInTime(Scenario scenario, int[] needed)
    {
        var (delay, starts, pause) = (Math.Max(0.5, scenario.Calibration.StartDelay.TotalSeconds), scenario.Calibration.StartsAtOnce, scenario.Calibration.MovePause.TotalSeconds + 1);
        var horizon = (int)(((double)ScalingRun.Maximum / starts * delay) + delay + pause);
        var plan = new int[needed.Length];
        for (var second = 0; second < plan.Length; second++)
        {
            for (var ahead = 0; ahead <= horizon && second + ahead < plan.Length; ahead++)
            {
                var startedLater = starts * (int)(Math.Max(0, ahead - pause) / delay);
                plan[second] = Math.Max(plan[second], needed[second + ahead] - startedLater);
            }
        }
        return plan;
    }

    /// <summary>Does not go in where it would go out again within so many seconds.</summary>
    private static int[] Keep(int[] plan, int seconds)
    {
        int[] raised = [.. plan.Select((_, second) => plan[Math.Max(0, second - seconds)..(second + 1)].Max())];
        return [.. raised.Select((_, second) => raised[second..Math.Min(raised.Length, second + seconds + 1)].Min())];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
