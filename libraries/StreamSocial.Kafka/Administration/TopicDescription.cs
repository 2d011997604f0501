namespace StreamSocial.Kafka.Administration;

/// <summary>A topic as the cluster has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="ReplicationFactor">Copies of a partition (the fewest of any).</param>
/// <param name="CleanupPolicy"><c>delete</c>, <c>compact</c> or <c>compact,delete</c>; null when the cluster does not say (the embedded one).</param>
/// <param name="Retention">How long records stay; null when the cluster does not say or keeps them for ever.</param>
/// <param name="LeadersByBroker">Partitions that each broker leads.</param>
/// <param name="UnderReplicated">Partitions with fewer in-sync replicas than copies.</param>
public sealed record TopicDescription(
    string Name, int Partitions, int ReplicationFactor, string? CleanupPolicy, TimeSpan? Retention,
    IReadOnlyDictionary<int, int> LeadersByBroker, int UnderReplicated);
