using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
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

    /// <summary>An operator lowers a topic's limit while the member runs: its checkpoints get smaller records, instead of being tried for ever.</summary>
    [Fact]
    public async Task TryCommit_BrokersTakeLessThanWasRead_CutsFurtherUntilTheyTakeIt()
    {
        var token = TestContext.Current.CancellationToken;
        var settings = await kafka.GetSettingsAsync();
        TopicSpec input = new("lowered", 1, CleanupPolicy.Delete, TimeSpan.FromHours(1), ""), state = new("lowered-state", 1, CleanupPolicy.Compact, null, "");
        using (var administrator = await kafka.GetAdministratorAsync())
            await administrator.CreateAsync([input, state], token);
        await TopicSettings.SetAsync(settings, state.Name, ("max.message.bytes", "150000"));
        var environment = Environment();
        var task = new StreamTask(new TaskId(input.Name, 0), ValueStage(input.Name, state.Name), 1, environment);
        task.Start(0);
        task.Process(new ConsumeResult<byte[]?, byte[]?> { Topic = input.Name, Partition = 0, Offset = 0, Message = new Message<byte[]?, byte[]?> { Key = [1], Value = [1], Headers = [] } });
        var snapshot = task.BeginCheckpoint(whole: false, packed: true, now: 0);

        using var member = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateConsumerConfig("lowered", "lowered-group")).Build();
        using var transactions = new CheckpointTransactions(
            new TransactionalProducers("lowered-0", settings, NullLogger.Instance).Create, () => member.ConsumerGroupMetadata, environment, NullLogger.Instance);
        var tries = 1;
        for (; !transactions.TryCommit(() => [(task, snapshot)]); tries++)
            Assert.True(tries < CheckpointHealth.MaxFailures, environment.CheckpointHealth.Problem);

        Assert.True(tries > 1, "The first try should have been refused, or the test shows nothing.");
        task.OnCheckpointDurable();
        var restored = new StreamTask(task.Id, task.Stage, 2, environment);
        var replay = new ChangelogReplay("lowered", restored.Stores);
        foreach (var record in ReadAll(settings, state.Name))
            replay.Read(record);
        replay.ApplyAndVerify();
        Assert.Equal(task.Stores.Checksum, restored.Stores.Checksum);
        Assert.Null(environment.CheckpointHealth.Problem);
    }

    private static TaskEnvironment Environment() => new("member", new OnePartition(), new NoSender(), 1, error => throw new KafkaException(error));

    private static StageDefinition ValueStage(string input, string state) => new("values", input, state, context => new ValueProcessor(context));

    private static List<ConsumeResult<byte[]?, byte[]?>> ReadAll(KafkaClientSettings settings, string topic)
    {
        var config = settings.CreateConsumerConfig("reader", "reader");
        config.EnablePartitionEof = true;
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, 0));
        var records = new List<ConsumeResult<byte[]?, byte[]?>>();
        while (consumer.Consume(Timeout) is { IsPartitionEOF: false } record)
            records.Add(record);
        return records;
    }

    /// <summary>Stores a value of three million bytes.</summary>
    private sealed class ValueProcessor(ITaskContext context) : IRecordProcessor
    {
        private readonly IStateStore<string, string> _values = context.OpenStore(16, "values", Codecs.Utf8, Codecs.Utf8);

        public void Process(in InputEntry entry, IEmitter emitter) => _values.Put("key", string.Concat(Enumerable.Range(0, 500_000).Select(i => $"{i:D6}")));
    }

    private sealed class OnePartition : ITopicLayout
    {
        public int PartitionCountOf(string topic) => 1;

        public int PartitionOf(string topic, string key) => 0;
    }

    private sealed class NoSender : IRecordSender
    {
        public void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
            throw new InvalidOperationException("Nothing is emitted here.");
    }
}
