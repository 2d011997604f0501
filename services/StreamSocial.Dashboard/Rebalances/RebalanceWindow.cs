using System.Collections.Immutable;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Rebalances;

/// <summary>The rebalance events of the last minutes, in the order in which they happened, and the partitions as they were before the first of them.</summary>
/// <param name="Before">By topic and partition; a partition that nobody had before is absent.</param>
/// <param name="Events">Do not change the messages.</param>
internal sealed record RebalanceWindow(ImmutableDictionary<(string Topic, int Partition), PartitionState> Before, ImmutableArray<RebalanceEvent> Events)
{
    /// <summary>Most events that are kept, however young they are.</summary>
    public const int MaxEvents = 500;

    /// <summary>
    /// When the rebalances began whose events were young and too many, in unix milliseconds: seven rebalances of a group of forty members are more events than are kept.
    /// </summary>
    public ImmutableArray<long> Dropped { get; init; } = [];

    /// <summary>How long events are kept at least, however short the timeline is: the alerts count over so long.</summary>
    public static readonly TimeSpan ShortestLength = TimeSpan.FromMinutes(10);

    public static readonly RebalanceWindow Empty = new(ImmutableDictionary<(string, int), PartitionState>.Empty, []);

    /// <summary>Adds an event. Members write on their own, so one may come after a younger one of another member.</summary>
    public RebalanceWindow Add(RebalanceEvent added)
    {
        var index = Events.Length;
        while (index > 0 && Events[index - 1].OccurredAt > added.OccurredAt)
            index--;
        return this with { Events = Events.Insert(index, added) };
    }

    /// <summary>Drops the events of rebalances that ended before <paramref name="oldest"/>, and those above <see cref="MaxEvents"/>; what they led to is kept.</summary>
    /// <param name="oldest">Unix milliseconds.</param>
    public RebalanceWindow Trim(long oldest)
    {
        if (Events.IsEmpty || (Events[0].OccurredAt >= oldest && Events.Length <= MaxEvents))
            return this;

        var fold = new RebalanceFold(Before);
        var (dropped, before, over) = (0, Before, 0);
        for (var i = 0; i < Events.Length; i++)
        {
            var isExcess = Events.Length - i > MaxEvents;
            if (Events[i].OccurredAt >= oldest && !isExcess)
                break;
            fold.Apply(Events[i]);
            var isOver = fold.IsSettledUntil(i + 1 < Events.Length ? RebalanceFold.StartOf(Events[i + 1]) : null);
            // One that goes on is seen in the events that are left.
            if (isExcess || isOver)
                (dropped, before, over) = (i + 1, fold.Partitions, fold.Rebalances.Count - (isOver ? 0 : 1));
        }
        return dropped == 0 ? this : new RebalanceWindow(before, Events.RemoveRange(0, dropped))
        {
            // The start of one that was cut, in which partitions ran for the first time, is unknown.
            Dropped = [.. Dropped.Concat(fold.Rebalances.Take(over).Select(rebalance => Math.Min(rebalance.StartedAt, rebalance.LastEventAt))).Where(at => at >= oldest)],
        };
    }
}

/// <summary>A partition as the events tell it.</summary>
/// <param name="Holder">The member that it was assigned to last; null after it was given back or lost.</param>
/// <param name="IsRestoring">Whether the holder has not yet said that it is ready.</param>
/// <param name="PausedSince">Unix milliseconds since which nobody processes it; null while it runs, and until it ran for the first time.</param>
/// <param name="IsStartUnknown">Whether the pause began at an unknown time before that, because the holder went without a word.</param>
internal readonly record struct PartitionState(string? Holder, bool IsRestoring, long? PausedSince, bool IsStartUnknown)
{
    /// <summary>Whether a rebalance that touched it is over for it.</summary>
    public bool IsSettled => Holder is not null && !IsRestoring;
}
