using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Lag;

public sealed class PartitionOffsetsTests(KraftFixture kafka)
{
    private const string Topic = "partition-offsets";

    /// <summary>Embedded brokers, as many others, make a topic that somebody asks for by its name.</summary>
    [Fact]
    public async Task ReadRangesAsync_NoSuchTopic_SaysSoAndMakesNone()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        var settings = new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true });
        var offsets = new PartitionOffsets(settings, NullLogger<PartitionOffsets>.Instance);

        var e = await Assert.ThrowsAsync<KafkaException>(() => offsets.ReadRangesAsync(Topic, TestContext.Current.CancellationToken));

        Assert.Contains(Topic, e.Error.Reason, StringComparison.Ordinal);
        using var admin = new AdminClientBuilder(settings.CreateAdminConfig("test")).Build();
        Assert.DoesNotContain(admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics, topic => topic.Topic == Topic);
    }

    [Fact]
    public async Task ReadCommittedAsync_ATransactionIsChangingOne_WaitsForItsEnd()
    {
        var token = TestContext.Current.CancellationToken;
        var settings = await kafka.GetSettingsAsync();
        using (var administrator = await kafka.GetAdministratorAsync())
            await administrator.CreateAsync([new(Topic, 3, CleanupPolicy.Delete, null, "")], token);
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = settings.BootstrapServers, GroupId = Topic }).Build();
        consumer.Commit([new TopicPartitionOffset(Topic, 0, 1), new TopicPartitionOffset(Topic, 1, 2)]);
        using var producer = new ProducerBuilder<Null, Null>(new ProducerConfig { BootstrapServers = settings.BootstrapServers, TransactionalId = Topic }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        producer.BeginTransaction();
        producer.SendOffsetsToTransaction([new TopicPartitionOffset(Topic, 1, 7)], consumer.ConsumerGroupMetadata, TimeSpan.FromSeconds(30));

        var committed = new PartitionOffsets(settings, NullLogger<PartitionOffsets>.Instance).ReadCommittedAsync(Topic, Topic, [0, 1, 2], token);
        await Task.Delay(TimeSpan.FromSeconds(1), token);
        Assert.False(committed.IsCompleted, "It answered while the position of partition 1 was open.");
        producer.CommitTransaction();

        Assert.Equal(new Dictionary<int, long> { [0] = 1, [1] = 7 }, await committed);
    }
}
