using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Tests.Cluster;

/// <summary>Embedded brokers with the tests' topics, and a source that numbers what it sends.</summary>
internal sealed class TestCluster : IAsyncDisposable, IDeliveryHandler
{
    private const string Source = "test/1";

    private readonly EmbeddedKafkaCluster _brokers = EmbeddedKafkaCluster.Start();
    private readonly ProducerPool _pool;
    private readonly Dictionary<int, long> _sequences = [];
    private readonly string _stores = Path.Combine(Path.GetTempPath(), "streamsocial-tests", Guid.NewGuid().ToString("N"));
    private long _unacknowledged;

    public TestCluster()
    {
        foreach (var topic in TestTopics.Catalog.Topics)
            _brokers.CreateTopic(topic.Name, topic.Partitions, 3);
        var settings = new KafkaClientSettings(_brokers.BootstrapServers, new KafkaOptions { Embedded = true });
        _pool = new ProducerPool(settings, RecordLimits.Fixed(RecordLimit.ClientDefault), Options.Create(new ProducerPoolOptions { Producers = 1 }), TestTopics.Partitions, NullLogger<ProducerPool>.Instance);
    }

    public Dictionary<string, string?> Configuration => new()
    {
        ["ConnectionStrings:kafka"] = _brokers.BootstrapServers,
        ["Kafka:Embedded"] = "true",
        ["Streams:CheckpointInterval"] = "00:00:00.5",
        // It would compile the tests.
        ["Streams:CompileFirst"] = "false",
        ["Streams:ReportInterval"] = "00:00:00.2",
        ["Streams:StoreDirectory"] = _stores,
    };

    /// <summary>What the relay throws for a payload; null to take it.</summary>
    public Func<byte[], Exception?> Refuse { get; set; } = _ => null;

    /// <summary>What the relay throws for a payload after it changed its state and emitted; null to take it.</summary>
    public Func<byte[], Exception?> FailLate { get; set; } = _ => null;

    /// <summary>Called before each entry of the second stage.</summary>
    public Action BeforeCheck { get; set; } = () => { };

    public KafkaClientSettings Settings => new(_brokers.BootstrapServers, new KafkaOptions { Embedded = true });

    /// <summary>Everything that was sent is in the log.</summary>
    public bool IsAcknowledged => Interlocked.Read(ref _unacknowledged) == 0;

    /// <summary>Reports a member that there is not.</summary>
    public async Task ReportAsync(Member report)
    {
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = _brokers.BootstrapServers }).Build();
        await producer.ProduceAsync(
            TestTopics.Members, new Message<string, byte[]> { Key = report.MemberId, Value = report.ToByteArray() }, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends an entry of a key; <paramref name="skipNumbers"/> makes the edge lose that many.</summary>
    public void Send(string key, int skipNumbers = 0, int repeats = 0, byte[]? payload = null, bool announcesRun = false)
    {
        var partition = KeyPartitioner.PartitionOf(key, TestTopics.Partitions);
        var sequence = _sequences.GetValueOrDefault(partition) + 1 + skipNumbers;
        _sequences[partition] = sequence;
        for (var i = 0; i <= repeats; i++)
        {
            Interlocked.Increment(ref _unacknowledged);
            var message = new Message<byte[]?, byte[]?>
            {
                Key = Encoding.UTF8.GetBytes(key),
                Value = payload ?? [1],
                Headers = announcesRun
                    ? new Headers { { RecordHeaders.EdgeRuns, new EdgeRuns { Runs = { new EdgeRun { Source = Source, First = sequence, Entries = 1 } } }.ToByteArray() } }
                    : new Headers { { RecordHeaders.EdgeSource, Encoding.UTF8.GetBytes(Source) }, { RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(sequence) } },
            };
            _pool.Send(TestTopics.Lines, partition, message, this, 0);
        }
    }

    /// <summary>Sends a record as a foreign producer would.</summary>
    public async Task SendForeignAsync(string topic, string key, byte[]? value, params (string Name, byte[]? Value)[] headers)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = _brokers.BootstrapServers }).Build();
        var message = new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(key), Value = value, Headers = [] };
        foreach (var (name, header) in headers)
            message.Headers.Add(name, header);
        await producer.ProduceAsync(new TopicPartition(topic, KeyPartitioner.PartitionOf(key, TestTopics.Partitions)), message, TestContext.Current.CancellationToken);
    }

    /// <summary>First offset that the log still has in a key's partition.</summary>
    public long FirstOffset(string topic, string key)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(Settings.CreateConsumerConfig("watermarks", "watermarks")).Build();
        return consumer.QueryWatermarkOffsets(new TopicPartition(topic, KeyPartitioner.PartitionOf(key, TestTopics.Partitions)), TimeSpan.FromSeconds(10)).Low;
    }

    /// <summary>Makes every broker answer that much later.</summary>
    public void AnswerAfter(TimeSpan delay)
    {
        for (var broker = 1; broker <= 3; broker++)
            _brokers.SetRoundTrip(broker, delay);
    }

    public void OnDelivered(long token, long offset, Error? error)
    {
        if (error is null)
            Interlocked.Decrement(ref _unacknowledged);
    }

    public async ValueTask DisposeAsync()
    {
        _pool.Dispose();
        await _brokers.DisposeAsync();
        if (Directory.Exists(_stores))
            Directory.Delete(_stores, recursive: true);
    }
}
