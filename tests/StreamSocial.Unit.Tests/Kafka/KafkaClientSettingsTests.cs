using StreamSocial.Kafka;

namespace StreamSocial.Unit.Tests.Kafka;

/// <summary>How long fetches wait.</summary>
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

    private static KafkaClientSettings Settings(bool embedded) => new("localhost:9092", new KafkaOptions { Embedded = embedded });
}
