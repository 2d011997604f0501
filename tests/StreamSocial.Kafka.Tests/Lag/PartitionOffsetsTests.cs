using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Lag;

public sealed class PartitionOffsetsTests(KraftFixture kafka)
{
    private const string Topic = "partition-offsets";

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
