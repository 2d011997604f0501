using System.Globalization;
using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Verification;
using StreamSocial.Scaling;

namespace StreamSocial.Cli.Drills.Spike;

/// <summary>What came of a spike under each policy.</summary>
internal sealed record SpikeReport([property: JsonIgnore] SpikeOptions Options, IReadOnlyList<SpikeRun> Runs) : IDrillReport
{
    /// <summary>Whether nothing was lost under any policy, though there was something to lose, and the first policy did what is promised of ours.</summary>
    [JsonInclude]
    public bool Passed => Runs.All(run => run.IsEqual && run.HasDeliveries) && Runs[0].Followed;
}

/// <summary>The replicas and the load at one moment; what was not known is null.</summary>
internal sealed record SpikeSample(TimeSpan At, int Running, int Ready, double? AgeSeconds, double? Arrival, double? Processed, double? Backlog);

/// <summary>One recorded decision. One that the orchestrator refused changed nothing.</summary>
internal sealed record SpikeDecision(
    TimeSpan At, string Verdict, string Cause, int Current, int Desired, string Reason, bool IsRefused, double? SecondsToSettle, double? SecondsToTarget)
{
    [JsonIgnore]
    public bool IsOut => !IsRefused && Verdict == nameof(ScalingVerdict.ScaleOut) && Desired > Current;

    [JsonIgnore]
    public bool IsIn => !IsRefused && Verdict == nameof(ScalingVerdict.ScaleIn);

    public static SpikeDecision From(ScalingDecision decision, DrillClock clock) => new(
        clock.Of(decision.DecidedAt),
        decision.Verdict.ToString(),
        decision.Cause,
        decision.CurrentReplicas,
        decision.DesiredReplicas,
        decision.Reason,
        decision is { HasAccepted: true, Accepted: false },
        decision.Outcome is { HasSecondsToSettle: true } ? decision.Outcome.SecondsToSettle : null,
        decision.Outcome is { HasSecondsToTarget: true } ? decision.Outcome.SecondsToTarget : null);
}

/// <summary>The spike under one policy.</summary>
internal sealed record SpikeRun
{
    private const int MostStepsOut = 3;

    /// <summary>Deliveries for each action below which nearly all feeds that are compared are empty.</summary>
    private const double LeastDeliveries = 0.01;

    private static readonly TimeSpan DecisionLimit = TimeSpan.FromSeconds(5);

    public required string Policy { get; init; }

    public required IReadOnlyList<SpikeSample> Samples { get; init; }

    public required IReadOnlyList<SpikeDecision> Decisions { get; init; }

    public required Outcome Outcome { get; init; }

    public required long Actions { get; init; }

    public required long ExpectedActions { get; init; }

    /// <summary>Entries that feeds had to take.</summary>
    public required long Deliveries { get; init; }

    /// <summary>Requests that ingest asked to repeat.</summary>
    public required long Retries { get; init; }

    public required TimeSpan AgeTarget { get; init; }

    public required TimeSpan SpikeBegins { get; init; }

    public required TimeSpan SpikeEnds { get; init; }

    [JsonInclude]
    public bool IsEqual => Outcome.IsEqual && Actions == ExpectedActions;

    /// <summary>Whether feeds had enough to take for a comparison of them to say something.</summary>
    [JsonInclude]
    public bool HasDeliveries => Deliveries > 0 && Deliveries >= LeastDeliveries * Actions;

    /// <summary>The decisions that changed something.</summary>
    [JsonIgnore]
    public IReadOnlyList<SpikeDecision> Steps => [.. Decisions.Where(decision => decision.IsOut || decision.IsIn)];

    [JsonIgnore]
    public IReadOnlyList<SpikeDecision> StepsOut => [.. Decisions.Where(decision => decision.IsOut)];

    [JsonIgnore]
    public IReadOnlyList<SpikeDecision> StepsIn => [.. Decisions.Where(decision => decision.IsIn)];

    /// <summary>First time at which the oldest record was older than the target.</summary>
    [JsonInclude]
    public TimeSpan? TargetBrokenAt => Samples.FirstOrDefault(sample => sample.At >= SpikeBegins && sample.AgeSeconds > AgeTarget.TotalSeconds)?.At;

    /// <summary>
    /// From there to the first decision out of the spike; one before it was about something else. Where the age was not known just before, from the earliest time at
    /// which the target can have been broken by what was known last.
    /// </summary>
    [JsonInclude]
    public TimeSpan? DecidedAfter => EarliestBrokenAt is { } broken && StepsOut.FirstOrDefault(step => step.At >= SpikeBegins) is { } first ? first.At - broken : null;

    [JsonInclude]
    public int MostReplicas => Samples.Max(sample => sample.Ready);

    [JsonInclude]
    public double? WorstAgeSeconds => Samples.Max(sample => sample.AgeSeconds);

    /// <summary>Time in which the oldest record was older than the target.</summary>
    [JsonInclude]
    public TimeSpan AboveTarget => Total(sample => sample.AgeSeconds > AgeTarget.TotalSeconds ? 1 : 0);

    /// <summary>Time in which its age was not known, which may have been above the target too.</summary>
    [JsonInclude]
    public TimeSpan UnknownAge => Total(sample => sample.AgeSeconds is null ? 1 : 0);

    /// <summary>Replicas times seconds: what it cost.</summary>
    [JsonInclude]
    public double ReplicaSeconds => Total(sample => sample.Running).TotalSeconds;

    /// <summary>Whether a step in was followed by a step out.</summary>
    [JsonInclude]
    public bool Oscillated => Steps.Zip(Steps.Skip(1)).Any(pair => pair.First.IsIn && pair.Second.IsOut);

    /// <summary>Whether one replica was left at the end.</summary>
    [JsonInclude]
    public bool Returned => Samples[^1].Running == 1;

    /// <summary>Whether it went 1, N, 1 as promised: soon, in few steps, without going back and forth.</summary>
    [JsonInclude]
    public bool Followed => MostReplicas > 1 && DecidedAfter <= DecisionLimit && StepsOut.Count is > 0 and <= MostStepsOut && !Oscillated && Returned;

    private TimeSpan? EarliestBrokenAt
    {
        get
        {
            if (TargetBrokenAt is not { } broken || Samples.LastOrDefault(sample => sample.At < broken) is not { AgeSeconds: null })
                return TargetBrokenAt;
            // An age rises by a second in a second at most.
            var earliest = Samples.LastOrDefault(sample => sample.At < broken && sample.AgeSeconds is not null) is { } known
                ? known.At + AgeTarget - TimeSpan.FromSeconds(known.AgeSeconds!.Value)
                : SpikeBegins;
            return earliest < SpikeBegins ? SpikeBegins : earliest < broken ? earliest : broken;
        }
    }

    private TimeSpan Total(Func<SpikeSample, double> weight) =>
        TimeSpan.FromSeconds(Samples.Zip(Samples.Skip(1)).Sum(pair => weight(pair.First) * (pair.Second.At - pair.First.At).TotalSeconds));
}

/// <summary>Shows the runs side by side.</summary>
internal static class SpikeTable
{
    public static void Write(IAnsiConsole console, SpikeReport report)
    {
        foreach (var run in report.Runs)
        {
            console.MarkupLineInterpolated($"[bold]Decisions of {run.Policy}[/] (the crowd comes at {TextFormat.Seconds(run.SpikeBegins)} and leaves at {TextFormat.Seconds(run.SpikeEnds)})");
            foreach (var decision in run.Steps)
                console.MarkupLineInterpolated($"  {TextFormat.Seconds(decision.At)}  {decision.Current} to {decision.Desired}: {decision.Reason} Settled after {Seconds(decision.SecondsToSettle)}, fresh after {Seconds(decision.SecondsToTarget)}.");
        }

        var table = new Table().AddColumns(["", .. report.Runs.Select(run => run.Policy)]);
        Add("most replicas", run => $"{run.MostReplicas}");
        Add("target seen broken at, decided after", run => $"{DrillRows.Duration(run.TargetBrokenAt, "never")}, {DrillRows.Duration(run.DecidedAfter, "never")}");
        Add("decisions out, in", run => $"{run.StepsOut.Count}, {run.StepsIn.Count}");
        Add("oscillated", run => DrillRows.Cell(!run.Oscillated, run.Oscillated ? "yes" : "no"));
        Add("one replica at the end", run => DrillRows.Cell(run.Returned, run.Returned ? "yes" : "no", "yellow"));
        Add("oldest record at most", run => Seconds(run.WorstAgeSeconds));
        Add("time above the target, not known", run => $"{TextFormat.Seconds(run.AboveTarget)}, {TextFormat.Seconds(run.UnknownAge)}");
        Add("replica-seconds", run => run.ReplicaSeconds.ToString("N0", CultureInfo.InvariantCulture));
        Add("requests repeated", run => $"{run.Retries:N0}");
        Add("actions", run => DrillRows.Cell(run.Actions == run.ExpectedActions, $"{run.Actions:N0} of {run.ExpectedActions:N0}"));
        Add("deliveries", run => DrillRows.Cell(run.HasDeliveries, $"{run.Deliveries:N0}"));
        Add("lost, duplicated, misordered", run => DrillRows.Cell(run.Outcome.IsEqual, $"{run.Outcome.Lost}, {run.Outcome.Duplicated}, {run.Outcome.Misordered}"));
        Add("differing feeds, counters", run => DrillRows.Cell(run.Outcome.IsEqual, $"{run.Outcome.DifferingFeeds}, {run.Outcome.DifferingCounters}"));
        console.Write(table);
        DrillRows.WriteVerdict(console, report.Passed);

        void Add(string name, Func<SpikeRun, string> cell) => table.AddRow([name, .. report.Runs.Select(cell)]);
    }

    private static string Seconds(double? seconds) => seconds is { } known ? known.ToString("0.0", CultureInfo.InvariantCulture) + " s" : "unknown";
}
