using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Streams.Tests.Checkpoints;

/// <summary>What fencing records depend on: the embedded brokers report every record's offset, and their logs have no holes.</summary>
public sealed class DeliveryOffsetTests : IDeliveryHandler
{
    private readonly ConcurrentDictionary<long, long> _offsets = [];

    [Fact]
    public async Task Send_ManyRecordsAtOnce_EachIsToldItsOffset()
    {
        const int Records = 500;
        await using var brokers = EmbeddedKafkaCluster.Start();
        brokers.CreateTopic("some-state", 60, 3);
        var settings = new KafkaClientSettings(brokers.BootstrapServers, new KafkaOptions { Embedded = true });
        using var pool = new ProducerPool(settings, RecordLimits.Fixed(RecordLimit.ClientDefault), Options.Create(new ProducerPoolOptions { Producers = 1 }), 60, NullLogger<ProducerPool>.Instance);
        for (var i = 0; i < Records; i++)
            pool.Send("some-state", 0, new Message<byte[]?, byte[]?> { Value = [1] }, this, i);
        Assert.True(pool.Flush(TimeSpan.FromSeconds(30)));
        Assert.Equal(Records, _offsets.Count);
        Assert.All(_offsets, told => Assert.Equal(told.Key, told.Value));
    }

    void IDeliveryHandler.OnDelivered(long token, long offset, Error? error) => _offsets.TryAdd(token, offset);
}
