using Confluent.Kafka;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Streams.Restoring;

namespace StreamSocial.Kafka.Tests.Streams.Rebalancing;

/// <summary>A member that leaves on real brokers, and what its successor has before it gets the partition.</summary>
public sealed class WarmHandoverTests(KraftFixture kafka)
{
    private const int Keys = 300;

    [Fact]
    public async Task Leave_SuccessorIsThere_HasTheStateBefore()
    {
        var input = await CountedInput.CreateAsync(kafka, "handover-warm");
        await using var first = await input.StartMemberAsync();
        await input.CountAsync(firstKey: 0, Keys);
        await first.HasCommittedAsync(Keys);
        await using var next = await input.StartMemberAsync();
        await first.KnowsMembersAsync(2);

        var leaving = first.DisposeAsync();
        // Nothing is in a checkpoint of these when the member is asked to leave.
        await input.CountAsync(firstKey: 0, Keys);
        await leaving;

        await next.HasCountedAsync(2 * Keys);
        Assert.Equal(1, next.Runtime.Totals.PartitionsRestoredWarm);
        Assert.Equal((0, 0), (next.Runtime.Audit.Lost, next.Runtime.Audit.Misordered));
    }

    /// <summary>The reset is what the successor reads last before it gets the partition. That its owner did not follow it, only an end tells that is found afterwards.</summary>
    [Fact]
    public async Task Leave_AResetWasWritten_TheSuccessorFollowsIt()
    {
        var input = await CountedInput.CreateAsync(kafka, "handover-reset");
        await using var first = await input.StartMemberAsync();
        await input.CountAsync(firstKey: 0, Keys);
        await first.HasCommittedAsync(Keys);
        await using var next = await input.StartMemberAsync();
        await first.KnowsMembersAsync(2);
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers }).Build())
        {
            await producer.ProduceAsync(
                new TopicPartition($"{input.Name}-state", 0), PositionResets.CreateRecord(0, dropState: false, DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken);
        }

        await first.DisposeAsync();

        await next.HasCountedAsync(2 * Keys);
        Assert.Empty(next.Runtime.Failed);
    }

    [Fact]
    public async Task Leave_WarmUpIsOff_TheSuccessorReadsAfterwards()
    {
        var input = await CountedInput.CreateAsync(kafka, "handover-cold");
        await using var first = await input.StartMemberAsync(("Streams:WarmUpBudget", "00:00:00"));
        await input.CountAsync(firstKey: 0, Keys);
        await first.HasCommittedAsync(Keys);
        await using var next = await input.StartMemberAsync(("Streams:WarmUpBudget", "00:00:00"));

        await first.DisposeAsync();

        await next.HasCountedAsync(Keys);
        Assert.Equal((1, 0), (next.Runtime.Totals.PartitionsRestored, next.Runtime.Totals.PartitionsRestoredWarm));
    }
}
