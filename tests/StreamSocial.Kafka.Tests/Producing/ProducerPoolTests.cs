using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Kafka.Tests.Producing;

public sealed class ProducerPoolTests : IDeliveryHandler, IDisposable
{
    private const string Topic = "t";
    private const int Records = 3_000;
    private const short MetadataApiKey = 3;

    private static long InTenSeconds => Stopwatch.GetTimestamp() + (10 * Stopwatch.Frequency);

    private readonly EmbeddedKafkaCluster _brokers = EmbeddedKafkaCluster.Start();
    private readonly ConcurrentQueue<long> _acknowledged = [];

    public void Dispose() => _brokers.Dispose();

    [Fact]
    public async Task Send_MoreComesWhileRecordsAreUnderWay_AllArriveInTheOrderOfTheCalls()
    {
        _brokers.CreateTopic(Topic, 1, 3);
        using var pool = CreatePool(Settings);
        for (var broker = 1; broker <= 3; broker++)
            _brokers.SetRoundTrip(broker, TimeSpan.FromMilliseconds(30));

        for (var i = 0; i < Records; i++)
        {
            pool.Send(Topic, 0, new Message<byte[]?, byte[]?> { Value = Encoding.ASCII.GetBytes($"{i}") }, this, i);
            // Long enough for several round trips in all, so that records meet every state of the gate.
            if (i % 100 == 99)
                await Task.Delay(7, TestContext.Current.CancellationToken);
        }

        // A flush would report beside the producer's own thread, in no certain order.
        Assert.True(SpinWait.SpinUntil(() => _acknowledged.Count == Records, TimeSpan.FromSeconds(30)), $"{_acknowledged.Count} of {Records} are acknowledged.");
        Assert.True(pool.Flush(TimeSpan.FromSeconds(30)));
        Assert.Equal(Enumerable.Range(0, Records).Select(i => (long)i), _acknowledged);
        Assert.Equal(Enumerable.Range(0, Records), Consume(Settings));
    }

    [Fact]
    public void IsQuiet_UntilFourRecordsAreUnderWay_AndAgainWhenTheyAreAcknowledged()
    {
        _brokers.CreateTopic(Topic, 4, 3);
        using var pool = CreatePool(Settings);
        pool.Prepare([Topic], InTenSeconds);
        for (var broker = 1; broker <= 3; broker++)
            _brokers.SetRoundTrip(broker, TimeSpan.FromSeconds(1));

        for (var partition = 0; partition < 4; partition++)
        {
            Assert.True(pool.IsQuiet);
            pool.Send(Topic, partition, new Message<byte[]?, byte[]?>(), this, partition);
        }
        Assert.False(pool.IsQuiet);
        Assert.True(pool.Flush(TimeSpan.FromSeconds(30)));
        Assert.True(pool.IsQuiet);
    }

    /// <summary>Each topic of each producer would have 5 s for itself.</summary>
    [Fact]
    public void Prepare_BrokersDoNotAnswer_EndsInTime()
    {
        using var pool = CreatePool(new KafkaClientSettings("127.0.0.1:1", new KafkaOptions { Embedded = true }));
        var started = Stopwatch.GetTimestamp();

        pool.Prepare([Topic, "another"], started + Stopwatch.Frequency);

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(4));
    }

    /// <summary>Brokers that no longer say where partitions are stand for such as take long to say so.</summary>
    [Fact]
    public void Prepare_BrokersDoNotSayAfterwardsWherePartitionsAre_TheFirstRecordsAreDelivered()
    {
        _brokers.CreateTopic(Topic, 3, 3);
        using var pool = CreatePool(Settings);
        pool.Prepare([Topic], InTenSeconds);
        _brokers.FailNextRequests(MetadataApiKey, [.. Enumerable.Repeat(ErrorCode.Local_Transport, 1_000)]);

        for (var partition = 0; partition < 3; partition++)
            pool.Send(Topic, partition, new Message<byte[]?, byte[]?>(), this, partition);

        Assert.True(pool.Flush(TimeSpan.FromSeconds(10)));
        Assert.Equal([0, 1, 2], _acknowledged.Order());
    }

    void IDeliveryHandler.OnDelivered(long token, long offset, Error? error)
    {
        Assert.Null(error);
        _acknowledged.Enqueue(token);
    }

    private KafkaClientSettings Settings => new(_brokers.BootstrapServers, new KafkaOptions { Embedded = true });

    private static ProducerPool CreatePool(KafkaClientSettings settings) =>
        new(settings, RecordLimits.Fixed(RecordLimit.ClientDefault), Options.Create(new ProducerPoolOptions()), 1, NullLogger<ProducerPool>.Instance);

    private static List<int> Consume(KafkaClientSettings settings)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateConsumerConfig("test", "test")).Build();
        consumer.Assign(new TopicPartitionOffset(Topic, 0, Offset.Beginning));
        var read = new List<int>();
        while (read.Count < Records && consumer.Consume(TimeSpan.FromSeconds(10)) is { } record)
            read.Add(int.Parse(Encoding.ASCII.GetString(record.Message.Value!), System.Globalization.CultureInfo.InvariantCulture));
        return read;
    }
}
