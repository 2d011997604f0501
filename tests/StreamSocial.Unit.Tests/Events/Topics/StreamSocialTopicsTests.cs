using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Events.Topics;

public sealed class StreamSocialTopicsTests
{
    [Theory]
    [InlineData(TopologyProfile.Full, "user-actions:1000 content-interactions:500 feed-updates:1000 notifications:10 actions-state:1000 feeds-state:1000 engagement-state:500 notifications-state:10 pull-posts:10 content-stats:10")]
    [InlineData(TopologyProfile.Small, "user-actions:60 content-interactions:30 feed-updates:60 notifications:6 actions-state:60 feeds-state:60 engagement-state:30 notifications-state:6 pull-posts:6 content-stats:6")]
    public void For_Profile_HasThePartitionsOfTheDesign(TopologyProfile profile, string sized)
    {
        const string Same = "members:1 rebalance-events:1 scaling-decisions:1 hot-keys:1 operations:1 stage-controls:1 alerts:1 dashboard-history:1 healthchecks-topic:1 user-actions.dlq:10 content-interactions.dlq:10 feed-updates.dlq:10 notifications.dlq:10";
        var topics = StreamSocialTopics.For(profile).Topics;
        Assert.Equal($"{sized} {Same}", string.Join(' ', topics.Select(topic => $"{topic.Name}:{topic.Partitions}")));
        Assert.All(topics, topic => Assert.Equal((3, 2), (topic.ReplicationFactor, topic.MinInSyncReplicas)));
    }

    [Theory]
    [InlineData(TopicNames.UserActions, "delete", "604800000", null)]
    [InlineData(TopicNames.ContentInteractions, "delete", "86400000", null)]
    [InlineData(TopicNames.FeedsState, "compact", null, "33554432")]
    [InlineData(TopicNames.Members, "compact,delete", "604800000", "1048576")]
    [InlineData(TopicNames.RebalanceEvents, "delete", "604800000", null)]
    [InlineData(TopicNames.UserActions + ".dlq", "delete", "1209600000", null)]
    public void Configuration_OfTopic_HasPolicyRetentionAndSafety(string name, string policy, string? retention, string? segmentBytes)
    {
        var configuration = StreamSocialTopics.For(TopologyProfile.Full)[name].Configuration;
        Assert.Equal(policy, configuration["cleanup.policy"]);
        Assert.Equal(retention, configuration.GetValueOrDefault("retention.ms"));
        Assert.Equal(segmentBytes, configuration.GetValueOrDefault("segment.bytes"));
        Assert.Equal("2", configuration["min.insync.replicas"]);
        Assert.Equal("false", configuration["unclean.leader.election.enable"]);
    }

    [Fact]
    public void Workloads_FiftyMillionRequests_GiveTheFullProfile()
    {
        var catalog = StreamSocialTopics.For(TopologyProfile.Full);
        Assert.All(StreamSocialTopics.Workloads, workload =>
            Assert.Equal(catalog[workload.Topic].Partitions, PartitionPlanner.Plan(workload, new PartitionPlannerOptions()).Partitions));
    }

    [Theory]
    [InlineData(null, 1000)]
    [InlineData(" ", 1000)]
    [InlineData("FULL", 1000)]
    [InlineData(" small ", 60)]
    public void AddStreamSocialTopics_Profile_HasItsPartitions(string? profile, int partitions)
    {
        using var services = new ServiceCollection().AddStreamSocialTopics(Configured(profile)).BuildServiceProvider();
        Assert.Equal(partitions, services.GetRequiredService<TopicCatalog>()[TopicNames.UserActions].Partitions);
    }

    [Theory]
    [InlineData("huge")]
    [InlineData("1")]
    [InlineData("full,small")]
    public void AddStreamSocialTopics_UnknownProfile_NamesTheChoices(string profile) => Assert.Contains(
        $"Topology:Profile is '{profile}'; use full or small",
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddStreamSocialTopics(Configured(profile))).Message,
        StringComparison.Ordinal);

    private static IConfiguration Configured(string? profile) =>
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(StreamSocialTopics.ProfileKey, profile)]).Build();
}
