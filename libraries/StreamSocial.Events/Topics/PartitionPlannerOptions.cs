using System.ComponentModel.DataAnnotations;

namespace StreamSocial.Events.Topics;

/// <summary>What the partition counts are planned for.</summary>
public sealed record PartitionPlannerOptions
{
    /// <summary>Requests per second at the peak.</summary>
    /// <value>Default 50,000,000; above 0.</value>
    [Range(1, double.MaxValue)]
    public double TargetRequestsPerSecond { get; init; } = 50_000_000;

    /// <summary>Number of brokers.</summary>
    /// <value>Default 3; 1 or more.</value>
    [Range(1, 10_000)]
    public int Brokers { get; init; } = 3;

    /// <summary>Factor above what the target needs, for skewed keys and growth: partitions cannot be added later without moving keys.</summary>
    /// <value>Default 1.25; 1 to 10.</value>
    [Range(1, 10)]
    public double Headroom { get; init; } = 1.25;
}
