using StreamSocial.Kafka;

namespace StreamSocial.Unit.Tests.Kafka;

/// <summary>How long clients wait before they ask for more, or again.</summary>
public sealed class KafkaClientSettingsTests
{
    [Theory]
    [InlineData(60, 10)]
    [InlineData(150, 15)]
    [InlineData(2_500, 100)]
    [InlineData(null, 100)] // nobody waits for what it reads
    public void CreateConsumerConfig_EmbeddedBrokers_TheFewerPartitionsTheShorterTheWait(int? partitions, int expected) =>
        Assert.Equal(expected, Settings(embedded: true).CreateConsumerConfig("c", "g", ConsumerUse.Live, partitions).FetchWaitMaxMs);

    [Fact]
    public void CreateConsumerConfig_RealBrokers_WaitsAsLongWithFewPartitions() =>
        Assert.Equal(100, Settings(embedded: false).CreateConsumerConfig("c", "g", ConsumerUse.Live, 60).FetchWaitMaxMs);

    /// <summary>Embedded brokers answer a fetch that finds nothing only after its wait: it may as well bring all that has come by then.</summary>
    [Theory]
    [InlineData(ConsumerUse.Live, false, 1)]
    [InlineData(ConsumerUse.Restore, false, 1)]
    [InlineData(ConsumerUse.Bulk, false, 64 * 1024)]
    [InlineData(ConsumerUse.Live, true, 64 * 1024)]
    [InlineData(ConsumerUse.Restore, true, 64 * 1024)]
    public void CreateConsumerConfig_WhatSomebodyWaitsFor_IsFetchedFromItsFirstRecordOn(ConsumerUse use, bool embedded, int expected) =>
        Assert.Equal(expected, Settings(embedded).CreateConsumerConfig("c", "g", use).FetchMinBytes);

    [Theory]
    [InlineData(ConsumerUse.Restore, 50)]
    [InlineData(ConsumerUse.Live, null)]
    [InlineData(ConsumerUse.Bulk, null)]
    public void CreateConsumerConfig_RealBrokers_WhatARestoreWaitsForIsAskedForOften(ConsumerUse use, int? expected)
    {
        var config = Settings(embedded: false).CreateConsumerConfig("c", "g", use);
        Assert.Equal((expected, expected), (config.RetryBackoffMs, config.RetryBackoffMaxMs));
    }

    [Fact]
    public void CreateConsumerConfig_OptionsOfTheClient_AreStronger()
    {
        var options = new KafkaOptions();
        options.Client["retry.backoff.max.ms"] = "700";
        Assert.Equal(700, new KafkaClientSettings("localhost:9092", options).CreateConsumerConfig("c", "g", ConsumerUse.Restore).RetryBackoffMaxMs);
    }

    /// <summary>An answer that was lost would hold up a partition for the client's own minute.</summary>
    [Theory]
    [InlineData(true, 10_000)]
    [InlineData(false, null)]
    public void EveryClient_EmbeddedBrokers_GivesALostAnswerUpSoon(bool embedded, int? expected)
    {
        var settings = Settings(embedded);
        Assert.Equal(
            [expected, expected, expected, expected],
            [
                settings.CreateProducerConfig("c").SocketTimeoutMs, settings.CreateConsumerConfig("c", "g").SocketTimeoutMs,
                settings.CreateTableConsumerConfig("t").SocketTimeoutMs, settings.CreateAdminConfig("c").SocketTimeoutMs,
            ]);
    }

    private static KafkaClientSettings Settings(bool embedded) => new("localhost:9092", new KafkaOptions { Embedded = embedded });
}
