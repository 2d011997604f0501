using System.Globalization;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Administration;

/// <summary>What the settings of a cluster contradict. Pure.</summary>
public static class ClusterCheck
{
    /// <summary>Returns one sentence for each setting with which the guarantees do not hold or nothing can be written.</summary>
    /// <param name="configuration">What the cluster is set to.</param>
    /// <param name="topics">What the application means its topics to be; those that do not exist are left out.</param>
    /// <param name="needs">What the application's clients ask of the brokers.</param>
    public static IReadOnlyList<string> FindContradictions(ClusterConfiguration configuration, IEnumerable<TopicSpec> topics, ClientNeeds needs) =>
    [
        .. configuration.Brokers.OrderBy(broker => broker.Key).SelectMany(broker => Compare($"Broker {broker.Key}", broker.Value, needs)),
        .. topics.SelectMany(topic => configuration.Topics.TryGetValue(topic.Name, out var there) ? Compare(topic, there) : []),
    ];

    private static IEnumerable<string> Compare(string broker, IReadOnlyDictionary<string, string> values, ClientNeeds needs)
    {
        if (Number(values, "transaction.max.timeout.ms") is { } longest && longest < needs.TransactionTimeout.TotalMilliseconds)
            yield return $"{broker} has transaction.max.timeout.ms={longest}; checkpoints are transactions of {needs.TransactionTimeout.TotalMilliseconds:0} ms, which it refuses.";
        if (needs.SessionTimeout is { } session)
        {
            if (Number(values, "group.min.session.timeout.ms") is { } least && session.TotalMilliseconds < least)
                yield return $"{broker} has group.min.session.timeout.ms={least}, Streams:SessionTimeout is {session.TotalMilliseconds:0} ms.";
            if (Number(values, "group.max.session.timeout.ms") is { } most && session.TotalMilliseconds > most)
                yield return $"{broker} has group.max.session.timeout.ms={most}, Streams:SessionTimeout is {session.TotalMilliseconds:0} ms.";
        }
        else if (Number(values, "group.consumer.session.timeout.ms") is { } own && Number(values, "group.consumer.heartbeat.interval.ms") is { } heartbeat && own < 2 * heartbeat)
        {
            yield return $"{broker} has group.consumer.session.timeout.ms={own} and group.consumer.heartbeat.interval.ms={heartbeat}: one late heartbeat would put a member out.";
        }
        var size = needs.SessionTimeout is null ? "group.consumer.max.size" : "group.max.size";
        if (Number(values, size) is { } members && members < needs.Members)
            yield return $"{broker} has {size}={members}; this member would be number {needs.Members} of the group.";
    }

    private static IEnumerable<string> Compare(TopicSpec spec, TopicConfiguration topic)
    {
        if (topic.Values.TryGetValue("cleanup.policy", out var policy) && TopicComparison.Normalize(policy) != TopicComparison.Normalize(spec.CleanupPolicyValue))
            yield return $"Topic {spec.Name} has cleanup.policy={policy}, the catalogue has {spec.CleanupPolicyValue}.";
        if (spec.Retention is { } retention && Number(topic.Values, "retention.ms") is >= 0 and var kept && kept < retention.TotalMilliseconds)
            yield return $"Topic {spec.Name} has retention.ms={kept}, the catalogue has {retention.TotalMilliseconds:0}: what is not read in that time is lost.";
        if (spec.Cleanup == CleanupPolicy.Delete && Number(topic.Values, "retention.bytes") is >= 0 and var bytes)
            yield return $"Topic {spec.Name} has retention.bytes={bytes}, the catalogue has none: what is not read before so much more has come is lost.";
        if (Number(topic.Values, "min.insync.replicas") is { } inSync)
        {
            if (inSync > topic.ReplicationFactor)
                yield return $"Topic {spec.Name} has min.insync.replicas={inSync} and {topic.ReplicationFactor} copies: nothing can be written to it.";
            else if (topic.ReplicationFactor > 2 && inSync < spec.MinInSyncReplicas)
                yield return $"Topic {spec.Name} has min.insync.replicas={inSync}, the catalogue has {spec.MinInSyncReplicas}: an acknowledged record may be on one broker only.";
        }
        if (spec.HasAppendTimes && topic.Values.TryGetValue("message.timestamp.type", out var times) && times != "LogAppendTime")
            yield return $"Topic {spec.Name} has message.timestamp.type={times}, the catalogue has LogAppendTime: who is alive would go by the clocks of whoever writes.";
        if (topic.Values.TryGetValue("unclean.leader.election.enable", out var unclean) && string.Equals(unclean, "true", StringComparison.OrdinalIgnoreCase))
            yield return $"Topic {spec.Name} has unclean.leader.election.enable=true: acknowledged records may be lost.";
    }

    private static long? Number(IReadOnlyDictionary<string, string> values, string name) =>
        values.TryGetValue(name, out var value) && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>What an application's clients ask of the brokers.</summary>
/// <param name="TransactionTimeout">Of the transactions in which checkpoints are written.</param>
/// <param name="SessionTimeout">Of the members of a classic group; null with KIP-848, where the brokers say it.</param>
/// <param name="Members">Members that the group has, with this one.</param>
public sealed record ClientNeeds(TimeSpan TransactionTimeout, TimeSpan? SessionTimeout, int Members);

/// <summary>The settings of the cluster contradict what the application needs. Nothing was changed.</summary>
public sealed class ClusterCheckException(IReadOnlyList<string> contradictions) : Exception(
    "The cluster's settings contradict what this application needs:" + Environment.NewLine
    + string.Join(Environment.NewLine, contradictions.Select(contradiction => $"- {contradiction}")) + Environment.NewLine
    + "Change them ('kafka-configs --alter' for topics), or what is meant in the configuration.")
{
    /// <summary>One sentence for each, with both values.</summary>
    public IReadOnlyList<string> Contradictions { get; } = contradictions;
}
