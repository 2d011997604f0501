namespace StreamSocial.Events.Topics;

/// <summary>A planned partition count with the terms it was made from.</summary>
/// <param name="Topic">Name of the topic.</param>
/// <param name="EntriesPerSecond">Rate at the target.</param>
/// <param name="ForBrokers">First term: two partitions a broker, so that each leads some and can take over others.</param>
/// <param name="ForThroughput">Second term: consumers that the rate needs.</param>
/// <param name="Required">The larger term times the headroom, rounded up.</param>
/// <param name="Balanced"><paramref name="Required"/> rounded up to a multiple of the brokers: each leads equally many.</param>
/// <param name="Named">A count named from outside; null when there is none.</param>
/// <param name="Partitions">The count to use.</param>
/// <param name="Explanation">One sentence for a person.</param>
public sealed record PartitionPlan(
    string Topic, double EntriesPerSecond, double ForBrokers, double ForThroughput, int Required, int Balanced, int? Named, int Partitions, string Explanation);
