using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Lag;

namespace StreamSocial.Kafka.Tests.Lag;

public sealed class LogEndReaderTests(ITestOutputHelper output)
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task ReadAsync_SeveralTopicsOver1000Partitions_AllEnds()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic("a", 1000, 3);
        cluster.CreateTopic("b", 1500, 3);
        var settings = new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true });
        using (var producer = new ProducerBuilder<byte[], byte[]>(settings.CreateProducerConfig("writer")).Build())
        {
            for (var i = 0; i < 3; i++)
                producer.Produce(new TopicPartition("b", 1499), new Message<byte[], byte[]> { Value = [1] });
            producer.Flush(WaitTimeout);
        }

        using var reader = new LogEndReader(settings, NullLogger<LogEndReader>.Instance);
        for (var round = 0; round < 3; round++)
        {
            var started = Stopwatch.GetTimestamp();
            var ends = await reader.ReadAsync([("a", 1000), ("b", 1500)], WaitTimeout, TestContext.Current.CancellationToken);
            output.WriteLine($"2500 ends in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
            Assert.Equal(["a", "b"], ends.Select(end => end.Topic));
            Assert.All(ends[0].NextOffsets, end => Assert.Equal(0, end));
            Assert.Equal(3, ends[1].NextOffsets[1499]);
            Assert.Equal(3, ends[1].NextOffsets.Sum());
        }
    }

    [Fact]
    public async Task ReadAsync_BrokerDown_ItsPartitionsAreUnknownNotZero()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic("a", 30, 3);
        using var reader = new LogEndReader(new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true }), NullLogger<LogEndReader>.Instance);
        cluster.StopBroker(3);

        var ends = (await reader.ReadAsync([("a", 30)], TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken))[0];
        Assert.False(ends.IsComplete);
        Assert.All(ends.NextOffsets, end => Assert.True(end is null or 0));

        cluster.StartBroker(3);
        await Until.TrueAsync("broker is back", () => reader.ReadAsync([("a", 30)], WaitTimeout, default).GetAwaiter().GetResult()[0].IsComplete, () => "unknown ends", WaitTimeout);
    }

    [Fact]
    public async Task ReadAsync_AskedBeforeThereWereLeaders_FindsThemLater()
    {
        const int partitions = 20;
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic("a", partitions, 3);
        for (var partition = 0; partition < partitions; partition++)
            cluster.SetLeader("a", partition, null);
        using var reader = new LogEndReader(new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true }), NullLogger<LogEndReader>.Instance);
        var without = (await reader.ReadAsync([("a", partitions)], TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken))[0];
        Assert.All(without.NextOffsets, end => Assert.Null(end));

        for (var partition = 0; partition < partitions; partition++)
            cluster.SetLeader("a", partition, 1 + (partition % 3));
        await Until.TrueAsync("leaders are found", () => reader.ReadAsync([("a", partitions)], WaitTimeout, default).GetAwaiter().GetResult()[0].IsComplete, () => "unknown ends", WaitTimeout);
    }

    [Fact]
    public async Task Dispose_RequestGivenUpButUnderWay_WaitsForItsEnd()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic("a", 3000, 3);
        var settings = new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true });
        for (var round = 0; round < 5; round++)
        {
            var reader = new LogEndReader(settings, NullLogger<LogEndReader>.Instance);
            await reader.ReadAsync([("a", 3000)], WaitTimeout, TestContext.Current.CancellationToken);
            for (var broker = 1; broker <= 3; broker++)
                cluster.SetRoundTrip(broker, TimeSpan.FromMilliseconds(100));
            using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadAsync([("a", 3000)], WaitTimeout, giveUp.Token));

            reader.Dispose();
            for (var broker = 1; broker <= 3; broker++)
                cluster.SetRoundTrip(broker, TimeSpan.Zero);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => reader.ReadAsync([("a", 3000)], WaitTimeout, TestContext.Current.CancellationToken));
        }
    }
}
