using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.Rescale;

/// <summary>Lets feed generators join and leave in good order while the trace runs.</summary>
/// <param name="options">What all drills have in common; starts with the first step's replicas.</param>
/// <param name="steps">Numbers of replicas, one after the other; two at least.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class RescaleDrill(DrillOptions options, IReadOnlyList<int> steps, IAnsiConsole console, TimeProvider time)
{
    private readonly List<RescaleFinding> _findings = [];

    public async Task<RescaleReport> RunAsync(CancellationToken cancellationToken)
    {
        var summary = await new DrillRun(options, console, time).RunAsync(RescaleAllAsync, null, null, cancellationToken);
        return new RescaleReport(summary, steps, _findings);
    }

    private async Task RescaleAllAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var steady = context.Steady;
        for (var i = 1; i < steps.Count; i++)
        {
            _findings.Add(await RescaleAsync(context, steps[i - 1], steps[i], steady, cancellationToken));
            steady = _findings[^1].SteadyAfter;
        }
    }

    private static async Task<RescaleFinding> RescaleAsync(DrillContext context, int from, int to, SteadyState steady, CancellationToken cancellationToken)
    {
        var before = Ownership.Of(context.Session.Members.Members);
        var countersBefore = context.Session.Members.ReadTotals();
        context.WriteProgress($"from {from} to {to} feed generators");
        var at = context.Clock.Now;
        await context.RescaleAsync(to, cancellationToken);
        var end = context.Clock.Now;

        var after = Ownership.Of(context.Session.Members.Members);
        var moved = before.MovedTo(after);
        var counters = context.Session.Members.ReadTotals();
        var ids = before.Owners.Values.Concat(after.Owners.Values).Distinct().ToArray();

        // The pauses are read behind this, when word of all has come.
        var steadyAfter = await context.MeasureSteadyStateAsync(cancellationToken);
        var pauses = context.Sampler.ReadPauses().ToLookup(pause => moved.Contains(pause.Partition));
        var (ofMoved, ofOthers) = (pauses[true], pauses[false]);
        var longest = PauseStatistics.Longest(ofMoved, at, end);
        var finding = new RescaleFinding
        {
            From = from,
            To = to,
            At = at,
            Moved = moved.Count,
            MinimumMoves = MinimumMoves.Of(ids.ToDictionary(id => id, before.CountOf), [.. after.Owners.Values.Distinct()]),
            Restored = counters?.PartitionsRestored - countersBefore?.PartitionsRestored,
            RestoredBytes = counters?.RestoredBytes - countersBefore?.RestoredBytes,
            StateBytes = counters?.RestoredStateBytes - countersBefore?.RestoredStateBytes,
            Warm = counters?.PartitionsRestoredWarm - countersBefore?.PartitionsRestoredWarm,
            LongestPauseOfMoved = longest?.Length,
            LongestPauseOfOthers = PauseStatistics.Longest(ofOthers, at, end)?.Length,
            LongestUnseen = context.Sampler.ReadLongestUnseen(at, end),
            SteadyBefore = steady,
            SteadyAfter = steadyAfter,
            SettledAfter = end - at,
        };
        if (longest is { } pause)
            context.WriteProgress($"the longest was that of {pause.Partition.Topic}/{pause.Partition.Partition}, from {pause.From.TotalSeconds:F1} s to {pause.To.TotalSeconds:F1} s; half of the moved partitions paused at most {TextFormat.Milliseconds(MedianOfPartitions(ofMoved, at, end))}");
        context.WriteProgress($"moved {finding.Moved} partitions (at least {finding.MinimumMoves}); longest pause of one that moved {TextFormat.Milliseconds(finding.LongestPauseOfMoved)}, of the others {TextFormat.Milliseconds(finding.LongestPauseOfOthers)} (allowed {TextFormat.Milliseconds(finding.AllowedPauseOfOthers)})");
        return finding;
    }

    /// <summary>What the longest pause of half of the partitions that paused does not exceed; null when none did.</summary>
    private static TimeSpan? MedianOfPartitions(IEnumerable<Pause> pauses, TimeSpan from, TimeSpan to)
    {
        var longest = pauses.Where(pause => pause.To > from && pause.From < to)
            .GroupBy(pause => pause.Partition).Select(group => group.Max(pause => pause.Length)).Order().ToList();
        return longest.Count == 0 ? null : longest[(longest.Count - 1) / 2];
    }
}


/// <summary>How few partitions can move when a group changes. Pure.</summary>
internal static class MinimumMoves
{
    /// <summary>
    /// The fewest moves after which every member has the floor or the ceiling of its share: who leaves gives all, who stays gives what is
    /// above its share. Shares are of all partitions together, so no assignor that also balances each topic can do with fewer.
    /// </summary>
    /// <param name="before">Partitions of each member before, those without any included.</param>
    /// <param name="after">The members afterwards; at least one.</param>
    public static int Of(IReadOnlyDictionary<string, int> before, IReadOnlyCollection<string> after)
    {
        ArgumentOutOfRangeException.ThrowIfZero(after.Count);
        var total = before.Values.Sum();
        var (floor, withOneMore) = Math.DivRem(total, after.Count);

        // The larger shares go to those who have most already.
        var kept = after.Select(member => before.GetValueOrDefault(member)).OrderDescending()
            .Select((count, rank) => Math.Min(count, rank < withOneMore ? floor + 1 : floor))
            .Sum();
        return total - kept;
    }
}
