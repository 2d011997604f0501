using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Kafka.Tests.Streams.Rebalancing;

/// <summary>A member that died within a transaction, on real brokers.</summary>
public sealed class DeadOwnerTests(KraftFixture kafka)
{
    private const string Run = "0123";

    /// <summary>The report must be older than a living member's; no outcome hangs on how much.</summary>
    private static readonly TimeSpan LongSilent = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData("dead-other", null)]
    [InlineData("dead-self", "dead")]
    public async Task TakeOver_OwnerLeftATransactionOpen_ItIsEndedByTheSuccessor(string name, string? memberId)
    {
        var input = await CountedInput.CreateAsync(kafka, name);
        var settings = await kafka.GetSettingsAsync();
        using var dead = new TransactionalProducers($"{name}-dead-{Run}-0", settings, NullLogger.Instance).Create(RecordLimit.ClientDefaultBytes);
        dead.InitTransactions(CountingMember.Patience);
        dead.BeginTransaction();
        dead.Produce(new TopicPartition($"{name}-state", 0), new Message<byte[]?, byte[]?> { Key = [16, 1], Value = [1] });
        dead.Flush(CountingMember.Patience);
        await ReportAsync(name, settings);
        await input.CountAsync(firstKey: 0, keys: 5);
        await Task.Delay(LongSilent, TestContext.Current.CancellationToken);

        List<(string, string)> options = [("Members:ExpireAfter", "00:05:00")];
        if (memberId is not null)
            options.Add(("Streams:MemberId", memberId));
        await using var next = await input.StartMemberAsync([.. options]);
        await next.HasCountedAsync(5);

        await Until.TrueAsync("the dead owner's transaction is ended", () => IsFenced(dead), () => "it can be committed", CountingMember.Patience);
    }

    private static bool IsFenced(IProducer<byte[]?, byte[]?> producer)
    {
        try
        {
            producer.CommitTransaction(CountingMember.Patience);
            return false;
        }
        catch (KafkaException e)
        {
            return e.Error.Code is ErrorCode.Local_Fenced or ErrorCode.InvalidProducerEpoch or ErrorCode.ProducerFenced;
        }
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
