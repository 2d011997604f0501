using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Groups;

namespace StreamSocial.Dashboard.Sources.Demo;

/// <summary>The made-up group as its coordinator would describe it, and somebody else's.</summary>
internal static class DemoGroups
{
    public static ConsumerGroup Describe(IReadOnlyList<DemoTopic> topics, IEnumerable<DemoReplica> replicas) => new(
        FeedGeneratorStages.ApplicationId,
        "stable",
        "consumer",
        [.. replicas.Select(replica => new ConsumerGroupMember(
            replica.MemberId, $"{replica.MemberId}-group", "/127.0.0.1", topics.Sum(topic => topic.Owners.Count(owner => owner == replica.Number)), null))],
        [.. topics.Select(topic => new ConsumerGroupTopic(topic.Name, topic.Ends.Length, null))]);

    public static ConsumerGroup Foreign(DemoTopic topic) => new(
        "analytics", "stable", "classic", [new ConsumerGroupMember("rdkafka-1", "analytics-1", "/10.0.0.7", topic.Ends.Length, 1200)], [new ConsumerGroupTopic(topic.Name, topic.Ends.Length, 1200)]);
}
