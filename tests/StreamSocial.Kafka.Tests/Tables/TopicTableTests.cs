using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Kafka.Tests.Tables;

public sealed class TopicTableTests
{
    private const string Topic = "members";
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(10);
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Current_EmptyTopic_IsCaughtUpAndEmpty()
    {
        await using var cluster = StartCluster();
        using var table = Table(cluster);
        Assert.False(table.IsCaughtUp);
        await table.StartAsync(Token);
        Assert.Empty((await table.WaitUntilCaughtUpAsync(Token).WaitAsync(WaitTimeout, Token)).Entries);
        await table.StopAsync(Token);
    }

    [Fact]
    public async Task Current_UpdatesAndTombstones_LastValueOfEachKeyAndRisingVersions()
    {
        await using var cluster = StartCluster();
        using var producer = Producer(cluster);
        await Write(producer, "a", "1");
        await Write(producer, "b", "1");
        await Write(producer, "a", "2");
        using var table = Table(cluster);
        await table.StartAsync(Token);
        var caughtUp = await table.WaitUntilCaughtUpAsync(Token).WaitAsync(WaitTimeout, Token);
        Assert.Equal([("a", "2"), ("b", "1")], caughtUp.Entries.Select(entry => (entry.Key, entry.Value)).Order());

        var newer = table.WaitForNewerAsync(caughtUp.Version, Token);
        Assert.False(newer.IsCompleted);
        await Write(producer, "b", null);
        var removed = await newer.WaitAsync(WaitTimeout, Token);
        Assert.True(removed.Version > caughtUp.Version);
        Assert.Equal(["a"], removed.Entries.Keys);
        Assert.Equal(2, caughtUp.Entries.Count);
        await table.StopAsync(Token);
    }

    [Fact]
    public async Task ExecuteTask_ValueThatCannotBeRead_EndsWithTheReason()
    {
        await using var cluster = StartCluster();
        using var producer = Producer(cluster);
        await Write(producer, "a", "poison");
        using var table = new TopicTable<string, string>(Topic, Encoding.UTF8.GetString, _ => throw new FormatException("poison"), Consumer(cluster), NullLogger<TopicTable<string, string>>.Instance);
        await table.StartAsync(Token);
        await Assert.ThrowsAsync<FormatException>(() => table.ExecuteTask!.WaitAsync(WaitTimeout, Token));
        Environment.ExitCode = 0;
    }

    private static EmbeddedKafkaCluster StartCluster()
    {
        var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1, 3);
        return cluster;
    }

    private static IConsumer<byte[]?, byte[]?> Consumer(EmbeddedKafkaCluster cluster) => new ConsumerBuilder<byte[]?, byte[]?>(
        new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true }).CreateTableConsumerConfig(Topic)).Build();

    private static TopicTable<string, string> Table(EmbeddedKafkaCluster cluster) =>
        new(Topic, Encoding.UTF8.GetString, Encoding.UTF8.GetString, Consumer(cluster), NullLogger<TopicTable<string, string>>.Instance);

    private static IProducer<string, string?> Producer(EmbeddedKafkaCluster cluster) =>
        new ProducerBuilder<string, string?>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, Acks = Acks.All }).Build();

    private static Task Write(IProducer<string, string?> producer, string key, string? value) =>
        producer.ProduceAsync(Topic, new Message<string, string?> { Key = key, Value = value! }, Token);
}
