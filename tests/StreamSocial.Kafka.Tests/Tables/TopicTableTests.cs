using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
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
    public async Task Current_RecordsThatCannotBeRead_AreSkippedWithOneWarning()
    {
        await using var cluster = StartCluster();
        using var producer = Producer(cluster);
        await Write(producer, "a", "1");
        await Write(producer, "a", "poison");
        await Write(producer, null!, "without a key");
        await Write(producer, "b", "poison");
        await Write(producer, "c", "3");
        var log = new WarningList();
        using var table = new TopicTable<string, string>(
            Topic, Encoding.UTF8.GetString, (_, value, _) => Encoding.UTF8.GetString(value) is "poison" ? throw new FormatException("It is poison.") : Encoding.UTF8.GetString(value),
            Consumer(cluster), TimeProvider.System, log);
        await table.StartAsync(Token);

        var caughtUp = await table.WaitUntilCaughtUpAsync(Token).WaitAsync(WaitTimeout, Token);
        Assert.Equal([("a", "1"), ("c", "3")], caughtUp.Entries.Select(entry => (entry.Key, entry.Value)).Order());
        Assert.Equal(
            "A record of topic members, partition 0, offset 1 is skipped: It is poison.; 0 more were since the last such line", Assert.Single(log.Warnings));

        var newer = table.WaitForNewerAsync(caughtUp.Version, Token);
        await Write(producer, "d", "4");
        Assert.Equal("4", (await newer.WaitAsync(WaitTimeout, Token)).Entries["d"]);
        await table.StopAsync(Token);
    }

    [Fact]
    public void AppendTimeOf_ProducersClock_IsNotBelievedAheadOfTheReaders()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        Assert.Equal(now, TableRecord.AppendTimeOf(new Timestamp(now.AddHours(1)), now));
        Assert.Equal(now.AddHours(-1), TableRecord.AppendTimeOf(new Timestamp(now.AddHours(-1)), now));
        Assert.Equal(now.AddHours(1), TableRecord.AppendTimeOf(new Timestamp(now.AddHours(1).ToUnixTimeMilliseconds(), TimestampType.LogAppendTime), now));
        Assert.All([long.MinValue, -1, long.MaxValue], absurd => Assert.Equal(now, TableRecord.AppendTimeOf(new Timestamp(absurd, TimestampType.CreateTime), now)));
        Assert.Equal(now, TableRecord.AppendTimeOf(Timestamp.Default, now));
    }

    /// <summary>A leader whose clock is an hour behind the last one's, and the same one again; then a single stale record.</summary>
    [Fact]
    public async Task Clock_AppendTimesGoBack_GoesOnFromTheLatest()
    {
        var noon = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        await using var cluster = StartCluster();
        using var producer = Producer(cluster);
        foreach (var (key, appendedAt) in new[]
                 {
                     ("dead", noon), ("a", noon.AddHours(-1)), ("b", noon.AddHours(-1).AddSeconds(5)), ("c", noon.AddHours(-1).AddSeconds(4)), ("d", noon.AddHours(1)),
                     ("e", noon.AddHours(1).AddSeconds(-40)), ("f", noon.AddHours(1).AddMilliseconds(-10)), ("g", noon.AddHours(1).AddSeconds(1)),
                 })
        {
            await producer.ProduceAsync(Topic, new() { Key = key, Value = "1", Timestamp = new(appendedAt) }, Token);
        }
        using var table = new TopicTable<string, DateTimeOffset>(
            Topic, Encoding.UTF8.GetString, (_, _, appendedAt) => appendedAt, Consumer(cluster), TimeProvider.System, NullLogger<TopicTable<string, DateTimeOffset>>.Instance);
        await table.StartAsync(Token);

        var caughtUp = await table.WaitUntilCaughtUpAsync(Token).WaitAsync(WaitTimeout, Token);
        Assert.Equal(
            [
                ("a", noon), ("b", noon.AddSeconds(5)), ("c", noon.AddSeconds(5)), ("d", noon.AddHours(1)), ("dead", noon),
                ("e", noon.AddHours(1)), ("f", noon.AddHours(1)), ("g", noon.AddHours(1).AddSeconds(1)),
            ],
            caughtUp.Entries.Select(entry => (entry.Key, entry.Value)).Order());
        Assert.Equal(noon.AddHours(1).AddSeconds(1), caughtUp.Clock?.NewestAppend);
        await table.StopAsync(Token);
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
        new(Topic, Encoding.UTF8.GetString, (_, value, _) => Encoding.UTF8.GetString(value), Consumer(cluster), TimeProvider.System, NullLogger<TopicTable<string, string>>.Instance);

    private static IProducer<string, string?> Producer(EmbeddedKafkaCluster cluster) =>
        new ProducerBuilder<string, string?>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, Acks = Acks.All }).Build();

    private static Task Write(IProducer<string, string?> producer, string key, string? value) =>
        producer.ProduceAsync(Topic, new Message<string, string?> { Key = key, Value = value! }, Token);

    private sealed class WarningList : ILogger<TopicTable<string, string>>
    {
        public ConcurrentQueue<string> Warnings { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Warnings.Enqueue(formatter(state, exception));
    }
}
