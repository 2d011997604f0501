using Confluent.Kafka;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;

namespace StreamSocial.Kafka.Tests.Streams.Restoring;

/// <summary>A restore reads what the state is worth, not what was ever written; no compaction comes by within a test.</summary>
public sealed class BoundedRestoreTests(KraftFixture kafka, ITestOutputHelper output)
{
    private const int Keys = 300;
    private const int KeysPerRound = 60;
    private const int Rounds = 30;

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_ChangelogIsManyTimesTheState_ReadsAtMostThreeTimesTheState()
    {
        var input = await CountedInput.CreateAsync(kafka, "restore-bounded");
        long written;
        await using (var first = await input.StartMemberAsync(("Streams:CheckpointInterval", "00:00:00.1")))
        {
            for (var round = 0; round < Rounds; round++)
            {
                await input.CountAsync(firstKey: round * KeysPerRound % Keys, KeysPerRound);
                await first.HasCommittedAsync((round + 1) * KeysPerRound);
            }
            written = first.Runtime.Totals.ChangelogBytes;
        }

        await using var next = await input.StartMemberAsync();
        await next.HasCountedAsync(Rounds * KeysPerRound);
        var read = next.Runtime.Totals.RestoredBytes;
        var state = next.Runtime.Totals.RestoredStateBytes;
        output.WriteLine($"{written:N0} bytes written, {read:N0} read for {state:N0} bytes of state");
        Assert.InRange(written, 5 * state, long.MaxValue);
        Assert.InRange(read, state, 3 * state);
    }

    /// <summary>A killed owner leaves more records behind its last commit than are looked at first; the brokers abort them.</summary>
    [Fact]
    public async Task Restore_AbortedRecordsFollowTheLastCommit_FindsIt()
    {
        var input = await CountedInput.CreateAsync(kafka, "restore-aborted");
        await using (var first = await input.StartMemberAsync())
        {
            await input.CountAsync(firstKey: 0, Keys);
            await first.HasCommittedAsync(Keys);
        }
        await AbortAsync($"{input.Name}-state", records: 5_000);
        await input.CountAsync(firstKey: 0, Keys);

        await using var next = await input.StartMemberAsync();
        await next.HasCountedAsync(2 * Keys);
        Assert.Empty(next.Runtime.Failed);
    }

    private async Task AbortAsync(string topic, int records)
    {
        var config = new ProducerConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers, TransactionalId = $"killed-{topic}" };
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(config).Build();
        producer.InitTransactions(CountingMember.Patience);
        producer.BeginTransaction();
        for (var record = 0; record < records; record++)
            producer.Produce(new TopicPartition(topic, 0), new Message<byte[]?, byte[]?> { Key = [16, 1], Value = [1] });
        producer.Flush(Token);
        producer.AbortTransaction(CountingMember.Patience);
    }
}
