using Confluent.Kafka;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;

namespace StreamSocial.Kafka.Tests.Streams.Restoring;

/// <summary>
/// Brokers that are killed together can commit the offsets of a transaction and abort its changes. A group's offset that is moved on by hand looks the same to the
/// next owner.
/// </summary>
public sealed class TornTransactionTests(KraftFixture kafka)
{
    private const int Keys = 300;

    /// <summary>Longer than the wait for a checkpoint that a transaction may still hide.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_GroupsOffsetHasNoCheckpoint_DoesAgainWhatFollowedTheLastOne()
    {
        var input = await CountedInput.CreateAsync(kafka, "restore-torn");
        string group;
        await using (var first = await input.StartMemberAsync())
        {
            group = first.Runtime.GroupId;
            await input.CountAsync(firstKey: 0, Keys);
            await first.HasCommittedAsync(Keys);
        }
        await input.CountAsync(firstKey: 0, Keys);
        await SetGroupsOffsetAsync(group, input, Keys + (Keys / 2));

        await using (var next = await input.StartMemberAsync())
        {
            await Until.TrueAsync($"{2 * Keys} are counted", () => next.Counted == 2 * Keys, () => $"{next.Counted}", Patience);
            Assert.Empty(next.Runtime.Failed);
            await next.HasCommittedAsync(2 * Keys);
        }

        await using var last = await input.StartMemberAsync();
        await last.HasCountedAsync(2 * Keys);
    }

    /// <summary>The other way round: nothing is behind the checkpoint at the changelog's end, and no wait is due.</summary>
    [Fact]
    public async Task Restore_GroupsOffsetWentBack_GoesOnFromTheLastCheckpoint()
    {
        var input = await CountedInput.CreateAsync(kafka, "restore-back");
        string group;
        await using (var first = await input.StartMemberAsync())
        {
            group = first.Runtime.GroupId;
            await input.CountAsync(firstKey: 0, Keys);
            await first.HasCommittedAsync(Keys);
        }
        await SetGroupsOffsetAsync(group, input, Keys / 2);

        await using var next = await input.StartMemberAsync();
        await next.HasCountedAsync(Keys);
        await input.CountAsync(firstKey: 0, Keys);
        await next.HasCountedAsync(2 * Keys);
    }

    private async Task SetGroupsOffsetAsync(string group, CountedInput input, long offset)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers }).Build();
        await admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets(group, [new TopicPartitionOffset(input.Name, 0, offset)])]).WaitAsync(Token);
    }
}
