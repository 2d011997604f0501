using System.Globalization;

namespace StreamSocial.Topics;

/// <summary>Plans with how many consumers to start on a planned topic, and when a key is too hot for one partition. Pure.</summary>
/// <remarks>
/// The common rule is half as many consumers as partitions: it leaves room to double without adding partitions, which would move keys. The rate says what
/// is needed. Whichever is more is started with, and never more than partitions, since the others would be idle.
/// </remarks>
public static class ConsumerPlanner
{
    /// <summary>Plans the consumers of a topic.</summary>
    /// <param name="plan">The planned topic.</param>
    /// <param name="workload">The workload that it was planned for.</param>
    public static ConsumerPlan Plan(PartitionPlan plan, TopicWorkload workload)
    {
        var byRule = Math.Max(1, plan.Partitions / 2);
        // Rounding removes floating-point errors of an exact quotient, as in the partition planner.
        var byRate = Math.Clamp((int)Math.Min(int.MaxValue, Math.Ceiling(Math.Round(plan.EntriesPerSecond / workload.EntriesPerConsumerPerSecond, 6))), 1, plan.Partitions);
        var start = Math.Max(byRule, byRate);
        double? hotShare = plan.EntriesPerSecond > 0 ? workload.EntriesPerConsumerPerSecond / plan.EntriesPerSecond : null;
        return new ConsumerPlan(byRule, byRate, start, plan.Partitions, hotShare < 1 ? hotShare : null, Explain(byRule, byRate, start, plan.Partitions));
    }

    private static string Explain(int byRule, int byRate, int start, int partitions) => byRate > byRule
        ? Invariant($"Start with {start}: the rate takes them, and half of {partitions} partitions, the common rule, would fall behind with {byRule}. More than {partitions} would be idle.")
        : Invariant($"Start with {start}, half of {partitions} partitions, the common rule; the rate alone takes {byRate}. More than {partitions} would be idle.");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Consumers of a topic.</summary>
/// <param name="ByRule">Half of the partitions, at least one.</param>
/// <param name="ByRate">What the rate takes at the throughput of one, at most the partitions.</param>
/// <param name="Start">The larger of both.</param>
/// <param name="Most">As many as partitions.</param>
/// <param name="HotKeyShare">Share of the topic's entries above which a single key is more than one consumer processes, 0 to 1; null where no key can be.</param>
/// <param name="Explanation">One sentence for people.</param>
public sealed record ConsumerPlan(int ByRule, int ByRate, int Start, int Most, double? HotKeyShare, string Explanation);
