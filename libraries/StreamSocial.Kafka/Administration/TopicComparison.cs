using StreamSocial.Topics;

namespace StreamSocial.Kafka.Administration;

/// <summary>Compares existing topics with the catalogue. Pure.</summary>
public static class TopicComparison
{
    /// <summary>Returns one sentence for each difference that would break the contract. Missing topics are not differences.</summary>
    public static IReadOnlyList<string> FindMismatches(IEnumerable<TopicSpec> wanted, IReadOnlyDictionary<string, TopicDescription> existing) =>
        [.. wanted.SelectMany(spec => existing.TryGetValue(spec.Name, out var topic) ? Compare(spec, topic) : [])];

    private static IEnumerable<string> Compare(TopicSpec spec, TopicDescription topic)
    {
        if (topic.Partitions != spec.Partitions)
            yield return $"Topic {spec.Name} has {topic.Partitions} partitions, the catalogue has {spec.Partitions}.";
        if (topic.CleanupPolicy is { } policy && Normalize(policy) != Normalize(spec.CleanupPolicyValue))
            yield return $"Topic {spec.Name} has cleanup.policy={policy}, the catalogue has {spec.CleanupPolicyValue}.";
    }

    internal static string Normalize(string policy) =>
        string.Join(',', policy.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
}

/// <summary>Description of a topic as it exists in the cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="ReplicationFactor">Copies of a partition (the fewest of any).</param>
/// <param name="CleanupPolicy"><c>delete</c>, <c>compact</c> or <c>compact,delete</c>; null if unknown (the embedded cluster does not report it; a client may not have the right to read it).</param>
/// <param name="Retention">How long records are kept; null if unknown or unlimited.</param>
public sealed record TopicDescription(string Name, int Partitions, int ReplicationFactor, string? CleanupPolicy, TimeSpan? Retention);

/// <summary>Existing topics contradict the catalogue. Nothing was changed.</summary>
public sealed class TopicMismatchException(IReadOnlyList<string> mismatches) : Exception(
    string.Join(Environment.NewLine, mismatches) + Environment.NewLine
    + "Where a key lives depends on the partition count, so neither side is changed: delete these topics, use another cluster, or set Topology:Profile to the one they were made with.")
{
    /// <summary>One sentence per difference, with both values.</summary>
    public IReadOnlyList<string> Mismatches { get; } = mismatches;
}
