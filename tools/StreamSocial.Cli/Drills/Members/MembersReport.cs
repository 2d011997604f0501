using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Streams.Testing.Groups;

namespace StreamSocial.Cli.Drills.Members;

/// <summary>What came of members that joined and left.</summary>
internal sealed record MembersReport(string Kafka, int Partitions, IReadOnlyList<int> Steps, IReadOnlyList<ProtocolRun> Runs, string Hardware) : IDrillReport
{
    /// <summary>Whether at every step of every protocol each partition had one owner.</summary>
    [JsonInclude]
    public bool Passed => Runs.Count > 0 && Runs.All(run => run.Steps.Count == Steps.Count && run.Steps.All(IsSettled));

    public static bool IsSettled(GroupStep step) => step is { SettledAfter: not null, Unowned: 0, OwnedTwice: 0 };
}

/// <summary>The steps under one protocol.</summary>
internal sealed record ProtocolRun(string Protocol, IReadOnlyList<GroupStep> Steps)
{
    /// <summary>The line through the steps at which members joined a group that there was; null with too few of them.</summary>
    [JsonInclude]
    public SettleModel? Model => SettleModel.Fit(Joins);

    /// <summary>What the line through all but the largest of these steps says of the largest, beside what was measured; null with too few of them.</summary>
    [JsonInclude]
    public ModelCheck? Check => Joins is [.. var smaller, var largest] && SettleModel.Fit(smaller) is { } model ? new(model.At(largest.Members), largest.SettledAfter) : null;

    private (int Members, TimeSpan SettledAfter)[] Joins =>
        [.. Steps.Where(step => step.From > 0 && step.To > step.From && step.SettledAfter is not null).Select(step => (step.To, step.SettledAfter!.Value)).OrderBy(step => step.To)];
}

/// <summary>Shows the steps, the protocols side by side.</summary>
internal static class MembersTable
{
    /// <summary>Sizes beyond what is measured, for which the model is asked.</summary>
    private static readonly int[] Modelled = [10, 100, 1_000];

    public static void Write(IAnsiConsole console, MembersReport report)
    {
        console.MarkupLineInterpolated($"Time to settle, partitions that changed hands, partitions given back meanwhile; {report.Partitions} partitions, Kafka {report.Kafka}, {report.Hardware}");
        var table = new Table().AddColumns(["Members", .. report.Runs.Select(run => run.Protocol)]);
        for (var i = 0; i < report.Steps.Count; i++)
            table.AddRow([$"{(i == 0 ? 0 : report.Steps[i - 1])} to {report.Steps[i]}", .. report.Runs.Select(run => Cell(run.Steps[i]))]);
        console.Write(table);
        WriteModel(console, report);
        DrillRows.WriteVerdict(console, report.Passed);
    }

    private static string Cell(GroupStep step)
    {
        var overlaps = step.Overlaps > 0 ? $", {step.Overlaps} with two owners for a moment" : "";
        return MembersReport.IsSettled(step)
            ? DrillRows.Cell(good: true, $"{DrillRows.Duration(step.SettledAfter)}, {step.Moved}, {step.GivenBack}{overlaps}")
            : DrillRows.Cell(good: false, $"not settled: {step.Unowned} without an owner, {step.OwnedTwice} with two{overlaps}");
    }

    private static void WriteModel(IAnsiConsole console, MembersReport report)
    {
        var models = report.Runs.Where(run => run.Model is not null).ToArray();
        if (models.Length == 0)
            return;
        console.MarkupLineInterpolated($"A model, not a measurement: seconds to settle after members joined = base + members x slope, fitted to the steps above at which they did (1 to {report.Steps.Max()} members that share one machine). The last column fits it without the largest step and compares.");
        var table = new Table().AddColumns(["Model", "Base", "For each member", "Misses by", .. Modelled.Select(members => $"{members:N0} members"), $"{report.Steps.Max()} from the smaller ones, measured"]);
        foreach (var run in models)
        {
            var model = run.Model!;
            table.AddRow([
                run.Protocol,
                TextFormat.Seconds(model.Base),
                TextFormat.Milliseconds(model.PerMember),
                TextFormat.Seconds(model.Error),
                .. Modelled.Select(members => TextFormat.Seconds(model.At(members))),
                run.Check is { } check ? $"{TextFormat.Seconds(check.Predicted)}, {TextFormat.Seconds(check.Measured)}" : "too few steps",
            ]);
        }

        console.Write(table);
    }
}
