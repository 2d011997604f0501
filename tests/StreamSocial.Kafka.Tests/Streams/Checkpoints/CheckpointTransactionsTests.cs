using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Streams.Checkpoints;

public sealed class CheckpointTransactionsTests(KraftFixture kafka)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("same-0", "same-0", true)]
    [InlineData("one-0", "other-0", false)]
    public async Task Prepare_EarlierProcessLeftATransactionOpen_ItIsEndedIfTheIdIsTheSame(string earlierId, string laterId, bool isEnded)
    {
        var settings = await kafka.GetSettingsAsync();
        var topic = $"transactions-{earlierId}";
        using (var administrator = await kafka.GetAdministratorAsync())
            await administrator.CreateAsync([new(topic, 1, CleanupPolicy.Compact, null, "")], TestContext.Current.CancellationToken);
        using var earlier = new TransactionalProducers(earlierId, settings, NullLogger.Instance).Create(RecordLimit.ClientDefaultBytes);
        earlier.InitTransactions(Timeout);
        earlier.BeginTransaction();
        earlier.Produce(topic, new Message<byte[]?, byte[]?> { Key = [1], Value = [1] });
        earlier.Flush(Timeout);

        using var transactions = new CheckpointTransactions(
            new TransactionalProducers(laterId, settings, NullLogger.Instance).Create, () => null, Environment(), NullLogger.Instance);
        transactions.Prepare();

        Assert.Equal(isEnded, Record.Exception(() => earlier.CommitTransaction(Timeout)) is KafkaException);
    }
}
