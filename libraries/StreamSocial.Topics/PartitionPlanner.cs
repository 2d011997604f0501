using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace StreamSocial.Topics;

/// <summary>
/// Plans how many partitions a topic needs:
/// <c>partitions = max(brokers × 2, target ÷ per-consumer throughput) × headroom</c>, rounded up to a multiple of the brokers.
/// </summary>
/// <remarks>
/// A count that was given from outside is kept if it covers the requirement: it is a promise to others, and 1000 instead of 1002 partitions on
/// three brokers only gives one of them one leader more. A count that is too small is replaced.
/// Pure.
/// </remarks>
public static class PartitionPlanner
{
    /// <summary>Plans one topic.</summary>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The workload is out of its range, or the result is too large for a cluster.</exception>
    public static PartitionPlan Plan(TopicWorkload workload, PartitionPlannerOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        ArgumentOutOfRangeException.ThrowIfNegative(workload.EntriesPerRequest, nameof(workload));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workload.EntriesPerConsumerPerSecond, nameof(workload));

        var rate = options.TargetRequestsPerSecond * workload.EntriesPerRequest;
        var forBrokers = options.Brokers * 2.0;
        var forThroughput = rate / workload.EntriesPerConsumerPerSecond;
        // Rounding removes floating-point errors of an exact product, which would turn 1000 into 1001.
        var required = checked((int)Math.Ceiling(Math.Round(Math.Max(forBrokers, forThroughput) * options.Headroom, 6)));
        var balanced = checked((required + options.Brokers - 1) / options.Brokers * options.Brokers);
        var keepsName = workload.NamedPartitions >= required;
        return new PartitionPlan(workload.Topic, rate, forBrokers, forThroughput, required, balanced, workload.NamedPartitions,
            keepsName ? workload.NamedPartitions!.Value : balanced, Explain(workload.NamedPartitions, required, balanced, options.Brokers));
    }

    private static string Explain(int? named, int required, int balanced, int brokers) => named switch
    {
        null => Invariant($"{required} required, rounded up to {balanced}, a multiple of {brokers} brokers."),
        _ when named < required => Invariant($"{named} named, but {required} required: {balanced}, a multiple of {brokers} brokers, instead."),
        _ when named % brokers == 0 => Invariant($"{named} named, which covers the {required} required and is a multiple of {brokers} brokers."),
        _ => Invariant($"{named} named and kept exactly: it covers the {required} required; of {brokers} brokers {named % brokers} lead one partition more than the others (a multiple would be {balanced})."),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Options of the partition planner.</summary>
public sealed record PartitionPlannerOptions
{
    /// <summary>Requests per second at the peak.</summary>
    /// <value>Default 50,000,000; 1 or more.</value>
    [Range(1, double.MaxValue)]
    public double TargetRequestsPerSecond { get; init; } = 50_000_000;

    /// <summary>Number of brokers.</summary>
    /// <value>Default 3; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int Brokers { get; init; } = 3;

    /// <summary>Factor above what the target needs, for skewed keys and growth, because adding partitions later would move keys.</summary>
    /// <value>Default 1.25; 1 to 10.</value>
    [Range(1, 10)]
    public double Headroom { get; init; } = 1.25;
}

/// <summary>Workload of a topic, for <see cref="PartitionPlanner"/>.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="EntriesPerRequest">Entries that one request brings to the topic on average, 0 or more.</param>
/// <param name="EntriesPerConsumerPerSecond">What one consumer of a partition processes, entries per second, above 0.</param>
/// <param name="NamedPartitions">Count given from outside, kept if it suffices; null if the planner may choose.</param>
public sealed record TopicWorkload(string Topic, double EntriesPerRequest, double EntriesPerConsumerPerSecond, int? NamedPartitions = null);

/// <summary>A planned partition count with the terms of its formula.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="EntriesPerSecond">Rate at the target.</param>
/// <param name="ForBrokers">First term: two partitions a broker, so that each leads some and can take over others.</param>
/// <param name="ForThroughput">Second term: consumers that the rate needs.</param>
/// <param name="Required">The larger term times the headroom, rounded up.</param>
/// <param name="Balanced"><paramref name="Required"/> rounded up to a multiple of the brokers: each leads equally many.</param>
/// <param name="Named">Count given from outside; null for none.</param>
/// <param name="Partitions">The count to use.</param>
/// <param name="Explanation">One sentence for people.</param>
public sealed record PartitionPlan(
    string Topic, double EntriesPerSecond, double ForBrokers, double ForThroughput, int Required, int Balanced, int? Named, int Partitions, string Explanation);
