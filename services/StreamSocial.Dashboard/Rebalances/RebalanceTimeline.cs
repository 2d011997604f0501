using System.Collections.Immutable;
using System.Globalization;

namespace StreamSocial.Dashboard.Rebalances;

/// <summary>Turns rebalance events into the timeline. A pure function.</summary>
internal static class RebalanceTimeline
{
    /// <summary>Most rebalances that are shown.</summary>
    public const int MaxRebalances = 30;

    /// <summary>Most runs of paused partitions that are listed of one topic.</summary>
    private const int MaxRuns = 24;

    /// <summary>The rebalances that lasted until after <paramref name="oldest"/>, newest first.</summary>
    /// <param name="window">The events.</param>
    /// <param name="members">Names of the members and what they restored.</param>
    /// <param name="now">Unix milliseconds; what goes on is counted until then.</param>
    /// <param name="oldest">Unix milliseconds.</param>
    public static ImmutableArray<RebalanceSnapshot> Build(RebalanceWindow window, MemberHistory members, long now, long oldest)
    {
        var fold = new RebalanceFold(window.Before);
        foreach (var change in window.Events)
            fold.Apply(change);
        return
        [
            .. fold.Rebalances
                .Where(rebalance => rebalance.Unsettled.Count > 0 || rebalance.LastEventAt >= oldest)
                .Reverse()
                .Take(MaxRebalances)
                .Select(rebalance => Describe(rebalance, fold, members, now)),
        ];
    }

    private static RebalanceSnapshot Describe(FoldedRebalance rebalance, RebalanceFold fold, MemberHistory members, long now)
    {
        var pauses = rebalance.Unsettled
            .Select(partition => (Partition: partition, State: fold[partition]))
            .Where(paused => paused.State.PausedSince is not null)
            .Select(paused => new PartitionPause(paused.Partition, paused.State.PausedSince!.Value, Math.Max(now, paused.State.PausedSince.Value), paused.State.IsStartUnknown))
            .Concat(rebalance.Pauses)
            .ToList();
        var (moved, minimum) = Moves(rebalance);
        return new RebalanceSnapshot(
            rebalance.StartedAt,
            rebalance.Unsettled.Count == 0 ? rebalance.LastEventAt : null,
            [.. rebalance.Phases.Select(phase => new PhaseSnapshot(phase.MemberId, members.NameOf(phase.MemberId), Word(phase.Kind), phase.From, phase.To, phase.Partitions))],
            pauses.Sum(pause => (pause.To - pause.From) / 1000.0),
            pauses.Select(pause => pause.Partition).Distinct().Count(),
            pauses.Count(pause => pause.IsStartUnknown),
            moved,
            minimum,
            rebalance.Owners.Values.Count(owners => owners.Before is null),
            RestoredBytes(rebalance, members),
            [.. pauses.GroupBy(pause => pause.Partition.Topic).OrderBy(topic => topic.Key, StringComparer.Ordinal).Select(topic => Describe(topic.Key, topic))]);
    }

    /// <summary>
    /// Partitions whose owner changed, and the fewest that lead from the old number of partitions of each member to the new one: what each member gained.
    /// </summary>
    private static (int Moved, int Minimum) Moves(FoldedRebalance rebalance)
    {
        var moved = 0;
        var gains = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var owners in rebalance.Owners.Values)
        {
            if (owners is not ({ } before, { } after))
                continue;
            moved += before == after ? 0 : 1;
            gains[before] = gains.GetValueOrDefault(before) - 1;
            gains[after] = gains.GetValueOrDefault(after) + 1;
        }
        return (moved, gains.Values.Sum(gain => Math.Max(0, gain)));
    }

    /// <summary>Sum over the members that became ready; null while one restores, and when what one restored was not observed.</summary>
    private static long? RestoredBytes(FoldedRebalance rebalance, MemberHistory members)
    {
        if (rebalance.Unsettled.Count > 0 || rebalance.Phases.Exists(phase => phase.Kind == PhaseKind.Abandoned))
            return null;
        long sum = 0;
        // Assignments that became ready together were restored together.
        foreach (var restored in rebalance.Phases.Where(phase => phase.Kind == PhaseKind.Ready).GroupBy(phase => (phase.MemberId, phase.To)))
        {
            var first = restored.MinBy(phase => phase.From)!;
            if (members.RestoredBetween(first.MemberId, first.From, first.To!.Value, isFirstAssignment: first.Epoch == 1) is not { } bytes)
                return null;
            sum += bytes;
        }
        return sum;
    }

    private static PausedTopicSnapshot Describe(string topic, IEnumerable<PartitionPause> pauses)
    {
        var paused = pauses.Select(pause => pause.Partition.Partition).Distinct().Order().ToList();
        var runs = new List<(int First, int Last)>();
        foreach (var partition in paused)
        {
            if (runs is [.., var run] && run.Last == partition - 1)
                runs[^1] = run with { Last = partition };
            else
                runs.Add((partition, partition));
        }
        var listed = runs.Take(MaxRuns).Select(run => run.First == run.Last ? Text(run.First) : $"{Text(run.First)}-{Text(run.Last)}");
        return new PausedTopicSnapshot(topic, paused.Count, string.Join(", ", listed) + (runs.Count > MaxRuns ? ", …" : ""));

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private static string Word(PhaseKind kind) => kind switch
    {
        PhaseKind.Revoked => "revoked",
        PhaseKind.Lost => "lost",
        PhaseKind.Restoring => "restoring",
        PhaseKind.Ready => "ready",
        _ => "abandoned",
    };
}

/// <summary>One rebalance, from the first partition given up or assigned until every partition that it touched runs again.</summary>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="EndedAt">Unix milliseconds; null while a partition is without an owner or restored.</param>
/// <param name="Phases">What the replicas did, in the order of the events.</param>
/// <param name="PausedPartitionSeconds">
/// Sum over the paused partitions of the time in which nobody processed them: from when their owner began to give them back until their new owner said that all
/// it was assigned is restored. So it is an upper bound, except for those of <paramref name="UnknownStarts"/>.
/// </param>
/// <param name="PausedPartitions">Partitions that ran before and paused.</param>
/// <param name="UnknownStarts">Of these, those whose owner went without a word: their pause is counted from their assignment on.</param>
/// <param name="Moved">Partitions whose owner changed.</param>
/// <param name="MinimumMoved">Fewest partitions whose owner had to change for each replica to have as many as it has.</param>
/// <param name="Placed">Partitions that had no owner before.</param>
/// <param name="RestoredBytes">Bytes read from changelogs; null when unknown.</param>
/// <param name="Paused">The partitions that paused.</param>
internal sealed record RebalanceSnapshot(
    long StartedAt,
    long? EndedAt,
    ImmutableArray<PhaseSnapshot> Phases,
    double PausedPartitionSeconds,
    int PausedPartitions,
    int UnknownStarts,
    int Moved,
    int MinimumMoved,
    int Placed,
    long? RestoredBytes,
    ImmutableArray<PausedTopicSnapshot> Paused);

/// <summary>What one replica did in a rebalance.</summary>
/// <param name="MemberId">Member id.</param>
/// <param name="Name">Name of its resource, or the id when it is unknown.</param>
/// <param name="Kind"><c>revoked</c>, <c>lost</c>, <c>restoring</c>, <c>ready</c> (assigned and restored) or <c>abandoned</c> (it left before it was restored).</param>
/// <param name="From">Unix milliseconds.</param>
/// <param name="To">Unix milliseconds; null while it goes on.</param>
/// <param name="Partitions">How many.</param>
internal sealed record PhaseSnapshot(string MemberId, string Name, string Kind, long From, long? To, int Partitions);

/// <summary>The partitions of one topic that paused in a rebalance.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Count">How many.</param>
/// <param name="Partitions">Their numbers, as runs: <c>0-9, 12</c>; the first runs only when there are very many.</param>
internal sealed record PausedTopicSnapshot(string Topic, int Count, string Partitions);
