using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Administration;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Lag;

namespace StreamSocial.Kafka.Tests.Administration;

public sealed class TopicAdministratorTests
{
    [Fact]
    public async Task CreateAsync_EmbeddedWithAllTopics_IsReadyAtOnce()
    {
        var topics = StreamSocialTopics.For(TopologyProfile.Full).Topics;
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopics(topics);
        using var reader = Reader(cluster);
        using var administrator = Administrator(cluster, reader);

        Assert.Empty(await administrator.CreateAsync(topics, TestContext.Current.CancellationToken));
        var described = await administrator.DescribeAsync(topics, TestContext.Current.CancellationToken);
        Assert.Equal(topics.Select(topic => (topic.Name, topic.Partitions)).Order(), described.Values.Select(topic => (topic.Name, topic.Partitions)).Order());
    }

    [Fact]
    public async Task CreateAsync_EmbeddedWithOtherPartitions_NamesBothCounts()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopics(StreamSocialTopics.For(TopologyProfile.Small).Topics);
        using var reader = Reader(cluster);
        using var administrator = Administrator(cluster, reader);

        var mismatch = await Assert.ThrowsAsync<TopicMismatchException>(
            () => administrator.CreateAsync(StreamSocialTopics.For(TopologyProfile.Full).Topics, TestContext.Current.CancellationToken));
        Assert.Contains("Topic user-actions has 60 partitions, the catalogue has 1000.", mismatch.Mismatches);
        Assert.Contains("Topic engagement-state has 30 partitions, the catalogue has 500.", mismatch.Mismatches);
    }

    [Fact]
    public async Task CreateAsync_EmbeddedLacksTopics_SaysWhoMakesThem()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        using var reader = Reader(cluster);
        using var administrator = Administrator(cluster, reader);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => administrator.CreateAsync(StreamSocialTopics.For(TopologyProfile.Small).Topics, TestContext.Current.CancellationToken));
        Assert.Contains("lacks user-actions", error.Message, StringComparison.Ordinal);
    }

    private static KafkaClientSettings Settings(EmbeddedKafkaCluster cluster) => new(cluster.BootstrapServers, new KafkaOptions { Embedded = true });

    private static LogEndReader Reader(EmbeddedKafkaCluster cluster) => new(Settings(cluster), NullLogger<LogEndReader>.Instance);

    private static TopicAdministrator Administrator(EmbeddedKafkaCluster cluster, LogEndReader reader) =>
        new(Settings(cluster), reader, TimeProvider.System, NullLogger<TopicAdministrator>.Instance);
}
