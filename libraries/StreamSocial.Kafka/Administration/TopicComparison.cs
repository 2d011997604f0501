using StreamSocial.Topics;

namespace StreamSocial.Kafka.Administration;

/// <summary>Compares what exists with what the catalogue wants. Pure.</summary>
public static class TopicComparison
{
    /// <summary>One sentence per difference that would break the contract; topics that do not exist are not differences.</summary>
    public static IReadOnlyList<string> FindMismatches(IEnumerable<TopicSpec> wanted, IReadOnlyDictionary<string, TopicDescription> existing) =>
        [.. wanted.SelectMany(spec => existing.TryGetValue(spec.Name, out var topic) ? Compare(spec, topic) : [])];

    private static IEnumerable<string> Compare(TopicSpec spec, TopicDescription topic)
    {
        if (topic.Partitions != spec.Partitions)
            yield return $"Topic {spec.Name} has {topic.Partitions} partitions, the catalogue has {spec.Partitions}.";
        if (topic.CleanupPolicy is { } policy && Normalize(policy) != Normalize(spec.CleanupPolicyValue))
            yield return $"Topic {spec.Name} has cleanup.policy={policy}, the catalogue has {spec.CleanupPolicyValue}.";
    }

    private static string Normalize(string policy) =>
        string.Join(',', policy.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
}
