using System.Diagnostics;
using Confluent.Kafka;
using StreamSocial.Hosting.Kafka.Embedded;

namespace StreamSocial.Kafka.Tests.Hosting.Kafka.Embedded;

public sealed class EmbeddedKafkaClusterTests(ITestOutputHelper output)
{
    private const string Topic = "user-actions";
    private const short ProduceRequest = 0;

    [Fact]
    public void Start_TooFewBrokers_NamesTheOption() =>
        Assert.Contains("Brokers is 0", Assert.Throws<ArgumentException>(() => EmbeddedKafkaCluster.Start(new EmbeddedKafkaOptions { Brokers = 0 })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task CreateTopic_Twice_SaysWhatFailed()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic(Topic, 10, 3);
        Assert.Contains("create topic user-actions", Assert.Throws<EmbeddedKafkaException>(() => cluster.CreateTopic(Topic, 10, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateTopic_AfterDispose_Throws()
    {
        var cluster = EmbeddedKafkaCluster.Start();
        await cluster.DisposeAsync();
        await cluster.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => cluster.CreateTopic(Topic, 10, 3));
    }

    [Fact]
    public async Task Cluster_IdempotentProducerOver1000Partitions_EveryRecordArrivesOnceInOrder()
    {
        const int Partitions = 1000, Each = 200;
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic(Topic, Partitions, 3);
        var settings = new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true });

        var started = Stopwatch.GetTimestamp();
        Produce(settings, Partitions, Each);
        Report("produced", started, Partitions * Each);

        started = Stopwatch.GetTimestamp();
        var config = settings.CreateConsumerConfig("reader", "reader");
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(Topic, p, 0)));
        var next = new int[Partitions];
        for (var read = 0; read < Partitions * Each; read++)
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(20));
            Assert.True(record is not null, $"read {read} of {Partitions * Each} records, then nothing for 20 s");
            Assert.Equal(next[record.Partition]++, BitConverter.ToInt32(record.Message.Value));
        }

        Report("consumed", started, Partitions * Each);
        consumer.Close();
    }

    [Fact]
    public async Task StopBroker_WhileProducing_NothingIsLostOnceItIsBack()
    {
        const int Partitions = 30, Each = 50;
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic(Topic, Partitions, 3);
        var settings = new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true });

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers }).Build();
        var ledByOthers = admin.GetMetadata(Topic, TimeSpan.FromSeconds(20)).Topics.Single().Partitions.Count(partition => partition.Leader != 2);
        Assert.InRange(ledByOthers, 0, Partitions - 1);
        var delivered = 0;
        cluster.StopBroker(2);
        var producing = Task.Run(() => Produce(settings, Partitions, Each, () => Interlocked.Increment(ref delivered)), TestContext.Current.CancellationToken);
        await Until.TrueAsync(
            "partitions of the other brokers are delivered", () => Volatile.Read(ref delivered) == ledByOthers * Each, () => $"{delivered} of {ledByOthers * Each} records",
            TimeSpan.FromSeconds(20));
        Assert.False(producing.IsCompleted);
        cluster.StartBroker(2);
        await producing.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task FailNextRequests_RetriableProduceErrors_AreRetried()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic(Topic, 3, 3);
        cluster.FailNextRequests(ProduceRequest, ErrorCode.NotLeaderForPartition, ErrorCode.Local_Transport, ErrorCode.RequestTimedOut);
        Produce(new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true }), 3, 10);
    }

    private static void Produce(KafkaClientSettings settings, int partitions, int each, Action? onDelivered = null)
    {
        var failed = 0;
        using var producer = new ProducerBuilder<byte[], byte[]>(settings.CreateProducerConfig("writer")).SetLogHandler((_, _) => { }).Build();
        for (var i = 0; i < each; i++)
        {
            for (var partition = 0; partition < partitions; partition++)
            {
                producer.Produce(new TopicPartition(Topic, partition), new Message<byte[], byte[]> { Value = BitConverter.GetBytes(i) }, report =>
                {
                    if (report.Error.IsError)
                        Interlocked.Increment(ref failed);
                    else
                        onDelivered?.Invoke();
                });
            }
        }

        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(20)));
        Assert.Equal(0, failed);
    }

    private void Report(string what, long started, int records) =>
        output.WriteLine($"{what} {records} records in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s: {records / Stopwatch.GetElapsedTime(started).TotalSeconds:0} records/s");
}
