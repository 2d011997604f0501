using Confluent.Kafka;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Kafka.Tests.Streams.Tasks;

/// <summary>A position in the input is more than the number of the last record.</summary>
public sealed class PositionTests(KraftFixture kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Position_IsNotInTheInputAnyMore_TheTaskFailsWithTheOffsetsUntilItIsReset()
    {
        var input = await CreateTopicsAsync("gone");
        await ProduceAsync(input, 5);
        await using (var first = await CountingMember.StartAsync(kafka, input))
            await first.HasCountedAsync(5);
        await ProduceAsync(input, 5);
        await DeleteBeforeAsync(input, 8);

        await using var next = await CountingMember.StartAsync(kafka, input);
        await Until.TrueAsync("the task fails", () => next.Runtime.Failed.Count == 1, () => "it has not", Patience);
        var failed = Assert.Single(next.Runtime.Failed);
        Assert.Equal(new TaskId(input, 0), failed.Id);
        Assert.Contains("position 5 is not in the input any more, which has the offsets 8 to 10", failed.Reason, StringComparison.Ordinal);

        await ProduceAsync($"{input}-state", PositionResets.CreateRecord(8, dropState: false, TimeProvider.System.GetUtcNow()));
        await next.HasCountedAsync(7);
        Assert.Empty(next.Runtime.Failed);
    }

    [Fact]
    public async Task Input_IsDeletedAndMadeAnew_TheTaskFailsWhileItRunsAndAtEachStartUntilItIsReset()
    {
        var input = await CreateTopicsAsync("anew");
        await ProduceAsync(input, 5);
        await using (var member = await CountingMember.StartAsync(kafka, input))
        {
            await member.HasCountedAsync(5);
            await Until.TrueAsync("there is a checkpoint", () => member.CommittedOffset == 5, () => $"{member.CommittedOffset}", Patience);
            await DeleteAsync(input);
            await CreateTopicsAsync("anew");
            // As many as the task had processed of the old topic: its position is the new one's end.
            await ProduceAsync(input, 5);
            await FailsForTheNewTopicAsync(member);
        }

        await using var next = await CountingMember.StartAsync(kafka, input);
        await FailsForTheNewTopicAsync(next);
        await ProduceAsync($"{input}-state", PositionResets.CreateRecord(0, dropState: false, TimeProvider.System.GetUtcNow()));
        await next.HasCountedAsync(10);
        Assert.Empty(next.Runtime.Failed);

        static async Task FailsForTheNewTopicAsync(CountingMember member)
        {
            await Until.TrueAsync(
                "the task fails", () => member.Runtime.Failed is [{ Reason: var reason }] && reason.Contains("was deleted and made anew since checkpoint", StringComparison.Ordinal),
                () => member.Runtime.Failed.FirstOrDefault()?.Reason ?? "it has not", Patience);
        }
    }

    /// <summary>The task stops before the first record that there is, where it has nothing to checkpoint but the verdict.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Input_BeginsLaterAndWithAnEntryThatFails_IsTriedAndLeftOut(int tries)
    {
        var input = await CreateTopicsAsync($"begins-later-{tries}");
        await ProduceAsync(input, 5);
        await DeleteBeforeAsync(input, 5);
        await ProduceAsync(input, new Message<byte[]?, byte[]?> { Key = [1], Value = [0] });
        await ProduceAsync(input, 3);

        await using (var member = await CountingMember.StartAsync(kafka, input, ("Streams:MaxTries", $"{tries}")))
        {
            await member.HasCountedAsync(3);
            Assert.Equal((false, 0), (member.IsStopping, member.Runtime.Failed.Count));
        }
        await using var next = await CountingMember.StartAsync(kafka, input);
        await next.HasCountedAsync(3);
        await next.HasCommittedAsync(9);
    }

    [Fact]
    public async Task ForeignTransactions_CommittedAndAborted_ThePositionIsTheLogsEnd()
    {
        var input = await CreateTopicsAsync("markers");
        await using var member = await CountingMember.StartAsync(kafka, input);
        await TransactAsync(input, records: 1, commit: true);
        await TransactAsync(input, records: 200, commit: false);
        await member.HasCountedAsync(1);

        // A record and a marker, 200 records and a marker.
        await Until.TrueAsync("the position is the end", () => member.AcknowledgedOffset == 203, () => $"{member.AcknowledgedOffset}", Patience);
        await Until.TrueAsync("so is the checkpoint's", () => member.CommittedOffset == 203, () => $"{member.CommittedOffset}", Patience);
        // Retention may take all of it: nothing is lost.
        await DeleteBeforeAsync(input, 203);
        await member.DisposeAsync();
        await using var next = await CountingMember.StartAsync(kafka, input);
        await ProduceAsync(input, 1);
        await next.HasCountedAsync(2);
        Assert.Empty(next.Runtime.Failed);
    }

    private async Task<string> CreateTopicsAsync(string name)
    {
        var input = $"position-{name}";
        using var administrator = await kafka.GetAdministratorAsync();
        await administrator.CreateAsync([.. CountingMember.CatalogOf(input).Topics], Token);
        return input;
    }

    private Task ProduceAsync(string input, int records) => ProduceAsync(
        input, [.. Enumerable.Range(0, records).Select(_ => new Message<byte[]?, byte[]?> { Key = [1], Value = [1] })]);

    private async Task ProduceAsync(string topic, params Message<byte[]?, byte[]?>[] records)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers }).Build();
        foreach (var record in records)
            await producer.ProduceAsync(new TopicPartition(topic, 0), record, Token);
    }

    private async Task TransactAsync(string input, int records, bool commit)
    {
        var config = new ProducerConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers, TransactionalId = $"foreign-{commit}" };
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(config).Build();
        producer.InitTransactions(Patience);
        producer.BeginTransaction();
        for (var i = 0; i < records; i++)
            producer.Produce(new TopicPartition(input, 0), new Message<byte[]?, byte[]?> { Key = [1], Value = [1] });
        producer.Flush(Patience);
        if (commit)
            producer.CommitTransaction(Patience);
        else
            producer.AbortTransaction(Patience);
    }

    private async Task DeleteAsync(string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers }).Build();
        await admin.DeleteTopicsAsync([topic]);
        // The brokers delete a little later than they say.
        await Until.TrueAsync("the topic is gone", () => !admin.GetMetadata(Patience).Topics.Exists(found => found.Topic == topic), () => "it is there", Patience);
    }

    private async Task DeleteBeforeAsync(string input, long offset)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers }).Build();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(input, 0, offset)]);
    }
}
