using Confluent.Kafka;
using StreamSocial.Cli;
using StreamSocial.Cli.Distribution;
using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka;

namespace StreamSocial.Unit.Tests.Cli.Verification;

public sealed class TopologySessionTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    /// <summary>What is in the feeds from before would be counted as a broken guarantee.</summary>
    [Theory]
    [InlineData(TopicNames.UserActions)]
    [InlineData(TopicNames.ContentInteractions)]
    public async Task CheckUnwritten_ClusterThatTookRecords_IsRefused(string topic)
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic(TopicNames.UserActions, 2, 3);
        cluster.CreateTopic(TopicNames.ContentInteractions, 2, 3);
        using var inspector = new LogInspector(new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions()));
        await TopologySession.CheckUnwrittenAsync(inspector, Token);

        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers }).Build();
        await producer.ProduceAsync(new TopicPartition(topic, 1), new() { Value = [1] }, Token);

        var refused = await Assert.ThrowsAsync<ToolException>(() => TopologySession.CheckUnwrittenAsync(inspector, Token));
        Assert.StartsWith($"Topic {topic} of this cluster has taken 1 records already", refused.Message, StringComparison.Ordinal);
    }
}
