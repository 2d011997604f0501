using System.Globalization;
using Spectre.Console;
using StreamSocial.Scaling.Lab.Runs;

namespace StreamSocial.Cli.Lab;

/// <summary>Shows what came of the policies under each load, and what of the promises held.</summary>
internal static class LabTables
{
    public static void Write(IAnsiConsole console, LabReport report)
    {
        var policies = report.Scenarios[0].Runs.Keys.Order(Comparer<string>.Create((a, b) => a == PolicyCatalog.Ours ? -1 : b == PolicyCatalog.Ours ? 1 : string.CompareOrdinal(a, b))).ToArray();
        var table = new Table().AddColumns("Load", "Policy", "Settings", "Steps", "Late", "Worst age", "Replica-s", "x oracle", "x careful", "Rebalances", "Oscillations", "Ours is");
        foreach (var index in Enumerable.Range(3, 8))
            table.Columns[index].RightAligned();
        foreach (var scenario in report.Scenarios)
        {
            var name = scenario.Scenario.Name;
            foreach (var policy in policies)
            {
                Add(name, scenario, scenario.Runs[policy][0], policy == PolicyCatalog.Ours ? "" : scenario.Standings[policy].ToString().ToLowerInvariant());
                name = "";
                if (scenario.Tuned(policy) is var tuned && tuned != scenario.Runs[policy][0])
                    Add("", scenario, tuned with { Policy = $"{policy}, tuned" }, "");
            }
            Add("", scenario, scenario.Static, scenario.Standings[scenario.Static.Policy].ToString().ToLowerInvariant());
            Add("", scenario, scenario.CarefulOracle, "");
            Add("", scenario, scenario.Oracle, "");
        }
        console.Write(table);
        WritePromises(console, report);

        void Add(string name, ScenarioReport scenario, RunResult run, string standing) => table.AddRow(
            Markup.Escape(name),
            Markup.Escape(run.Policy),
            Markup.Escape(run.Settings),
            $"{run.StepsToSettle}",
            $"{run.SecondsLate} s",
            Figure($"{run.WorstAgeSeconds:0.0} s"),
            $"{run.ReplicaSeconds:N0}",
            Figure($"{scenario.CostOf(run):0.00}"),
            Figure($"{run.ReplicaSeconds / scenario.CarefulOracle.ReplicaSeconds:0.00}"),
            $"{run.Rebalances}",
            $"{run.Oscillations}",
            standing);
    }

    private static void WritePromises(IAnsiConsole console, LabReport report)
    {
        console.MarkupLineInterpolated($"[bold]What is promised of {PolicyCatalog.Ours} with its defaults, over {report.Scenarios.Length} loads[/]");
        foreach (var promise in report.Promises)
            console.MarkupLine($"  {(promise.Held ? "[green]held[/]    " : "[red]not held[/]")} {Markup.Escape(promise.Promise)}: {Markup.Escape(promise.Detail)}");
    }

    private static string Figure(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
