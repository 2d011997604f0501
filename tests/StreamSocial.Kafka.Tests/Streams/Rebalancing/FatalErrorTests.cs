using Confluent.Kafka;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;

namespace StreamSocial.Kafka.Tests.Streams.Rebalancing;

/// <summary>A member that cannot go on leaves a group of real brokers.</summary>
public sealed class FatalErrorTests(KraftFixture kafka)
{
    [Fact]
    public async Task Stop_AfterAFatalError_WritesNoLastCheckpoint()
    {
        var input = await CountedInput.CreateAsync(kafka, "fatal");
        await input.CountAsync(firstKey: 0, keys: 5);
        await using var member = await input.StartMemberAsync(("Streams:CheckpointInterval", "00:10:00"));
        await member.HasCountedAsync(5);
        var totals = member.Runtime.Totals;

        member.Fail("The test ends it.");
        await member.DisposeAsync();

        Assert.Equal((0, 0), (Interlocked.Read(ref totals.Checkpoints), await ReadEndAsync($"{input.Name}-state")));
        await using var next = await input.StartMemberAsync();
        await next.HasCountedAsync(5);
        await next.HasCommittedAsync(5);
    }

    private async Task<long> ReadEndAsync(string topic)
    {
        var settings = await kafka.GetSettingsAsync();
        using var consumer = new ConsumerBuilder<byte[], byte[]>(settings.CreateConsumerConfig("reader", "reader")).Build();
        return consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), CountingMember.Patience).High.Value;
    }
}
