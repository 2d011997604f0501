using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace StreamSocial.Events.Topics;

/// <summary>
/// How many partitions a topic needs:
/// <c>partitions = max(brokers × 2, target ÷ per-consumer throughput) × headroom</c>, rounded up to a multiple of the brokers.
/// </summary>
/// <remarks>
/// A count that was named from outside is kept as it is when it covers the requirement: 1000 partitions on three brokers differ from
/// 1002 by one leader more on one of them, and the exact number is a promise to others. One that falls short is replaced.
/// Pure.
/// </remarks>
public static class PartitionPlanner
{
    /// <summary>Plans one topic.</summary>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The workload is, or the result is more than a cluster can have.</exception>
    public static PartitionPlan Plan(TopicWorkload workload, PartitionPlannerOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        ArgumentOutOfRangeException.ThrowIfNegative(workload.EntriesPerRequest, nameof(workload));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workload.EntriesPerConsumerPerSecond, nameof(workload));

        var rate = options.TargetRequestsPerSecond * workload.EntriesPerRequest;
        var forBrokers = options.Brokers * 2.0;
        var forThroughput = rate / workload.EntriesPerConsumerPerSecond;
        // Decimal digits cut off what floating point adds to an exact product, or 1000 would become 1001.
        var required = checked((int)Math.Ceiling(Math.Round(Math.Max(forBrokers, forThroughput) * options.Headroom, 6)));
        var balanced = checked((required + options.Brokers - 1) / options.Brokers * options.Brokers);
        var keepsName = workload.NamedPartitions >= required;
        return new PartitionPlan(workload.Topic, rate, forBrokers, forThroughput, required, balanced, workload.NamedPartitions,
            keepsName ? workload.NamedPartitions!.Value : balanced, Explain(workload.NamedPartitions, required, balanced, options.Brokers));
    }

    /// <summary>Plans the topics that the full profile names.</summary>
    public static IReadOnlyList<PartitionPlan> PlanDefault(PartitionPlannerOptions options) =>
        [.. TopicWorkload.Default.Select(workload => Plan(workload, options))];

    private static string Explain(int? named, int required, int balanced, int brokers) => named switch
    {
        null => Invariant($"{required} required, rounded up to {balanced}, a multiple of {brokers} brokers."),
        _ when named < required => Invariant($"{named} named, but {required} required: {balanced}, a multiple of {brokers} brokers, instead."),
        _ when named % brokers == 0 => Invariant($"{named} named, which covers the {required} required and is a multiple of {brokers} brokers."),
        _ => Invariant($"{named} named and kept exactly: it covers the {required} required; of {brokers} brokers {named % brokers} lead one partition more than the others (a multiple would be {balanced})."),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
