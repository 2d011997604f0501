using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Google.Protobuf;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Kafka.Tests.Streams.Rebalancing;

/// <summary>A member that died within a transaction, on real brokers.</summary>
public sealed class DeadOwnerTests(KraftFixture kafka)
{
    private const string Run = "0123";

    /// <summary>The report must be older than a living member's; no outcome hangs on how much.</summary>
    private static readonly TimeSpan LongSilent = TimeSpan.FromSeconds(4);

    /// <summary>Longer than the test, so that the brokers do not end the transaction before the successor does.</summary>
    private static readonly TimeSpan TransactionTimeout = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("dead-other", null)]
    [InlineData("dead-self", "dead")]
    public async Task TakeOver_OwnerLeftATransactionOpen_ItIsEndedByTheSuccessor(string name, string? memberId)
    {
        var input = await CountedInput.CreateAsync(kafka, name);
        var settings = await kafka.GetSettingsAsync();
        var config = settings.CreateProducerConfig("dead");
        // The last of its lane's producers.
        config.TransactionalId = $"{name}-dead-{Run}-0-3";
        config.TransactionTimeoutMs = (int)TransactionTimeout.TotalMilliseconds;
        using var dead = new ProducerBuilder<byte[]?, byte[]?>(config).Build();
        var changelog = new TopicPartition($"{name}-state", 0);
        dead.InitTransactions(CountingMember.Patience);
        dead.BeginTransaction();
        dead.Produce(changelog, new Message<byte[]?, byte[]?> { Key = [16, 1], Value = [1] });
        dead.Flush(CountingMember.Patience);
        await ReportAsync(name, settings);
        await input.CountAsync(firstKey: 0, keys: 5);
        await Task.Delay(LongSilent, TestContext.Current.CancellationToken);

        List<(string, string)> options = [("Members:ExpireAfter", "00:05:00")];
        if (memberId is not null)
            options.Add(("Streams:MemberId", memberId));
        await using var next = await input.StartMemberAsync([.. options]);
        await next.HasCountedAsync(5);

        using var administrator = new AdminClientBuilder(settings.CreateAdminConfig("reader")).Build();
        await Until.TrueAsync("the dead owner's transaction is ended", () => IsFirstEndedAsync(administrator, changelog), () => "a transaction that is open", CountingMember.Patience);
        var refused = Assert.ThrowsAny<KafkaException>(() => dead.CommitTransaction(CountingMember.Patience));
        Assert.Contains(refused.Error.Code, new[] { ErrorCode.Local_Fenced, ErrorCode.InvalidProducerEpoch, ErrorCode.ProducerFenced });
    }

    /// <summary>Whether the transaction that the partition begins with is committed or aborted: one that is open holds the last stable offset.</summary>
    private static async Task<bool> IsFirstEndedAsync(IAdminClient administrator, TopicPartition partition)
    {
        var result = await administrator.ListOffsetsAsync(
            [new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() }], new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadCommitted });
        return Assert.Single(result.ResultInfos).TopicPartitionOffsetError.Offset > 0;
    }

    /// <summary>The dead owner's last report, from an address where nobody listens.</summary>
    private static async Task ReportAsync(string name, KafkaClientSettings settings)
    {
        var report = new Member
        {
            MemberId = "dead", RunId = Run, Lanes = 1, Endpoint = "http://127.0.0.1:1/",
            Topics = { new MemberTopic { Topic = name, Partitions = { 0 }, NextOffsets = { 0 }, CommittedOffsets = { -1 } } },
        };
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(settings.CreateProducerConfig("dead")).Build();
        await producer.ProduceAsync($"{name}-members", new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes("dead"), Value = report.ToByteArray() });
    }
}
