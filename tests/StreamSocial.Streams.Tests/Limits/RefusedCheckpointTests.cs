using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;
using StreamSocial.Streams.Tests.Checkpoints;

namespace StreamSocial.Streams.Tests.Limits;

/// <summary>Brokers that refuse what a checkpoint writes get smaller records; a checkpoint that is refused for ever shows in the member's health.</summary>
public sealed class RefusedCheckpointTests : IRecordSender
{
    private static readonly StageDefinition Stage = new("values", "inputs", "inputs-state", context => new ValueProcessor(context));

    private readonly TaskEnvironment _environment;
    private readonly CheckpointQueue _queue;
    private readonly StreamTask _task;
    private readonly CheckpointSnapshot _snapshot;
    private readonly List<int> _written = [];
    private int _maxBytes;

    public RefusedCheckpointTests()
    {
        _environment = new TaskEnvironment("member", new FixedLayout(new Dictionary<string, int> { ["inputs"] = 1 }), this, 1, error => throw new KafkaException(error));
        var transactions = new CheckpointTransactions(_ => TransactionsOnly.CreateProducer(Produce), () => TransactionsOnly.Group, _environment, NullLogger.Instance);
        _queue = new CheckpointQueue([transactions], TimeProvider.System);
        _task = new StreamTask(new TaskId("inputs", 0), Stage, 1, _environment);
        _task.Start(0);
        _task.Process(new ConsumeResult<byte[]?, byte[]?> { Topic = "inputs", Partition = 0, Offset = 0, Message = new Message<byte[]?, byte[]?> { Value = [1], Headers = [] } });
        _snapshot = _task.BeginCheckpoint(whole: false, packed: true, now: 0);
        _queue.Write(_task, _snapshot);
    }

    [Theory]
    [InlineData(600_000)]
    [InlineData(9_000)]
    public void TryCommit_RecordsAreTooLarge_AreHalvedUntilTheyAreTaken(int maxBytes)
    {
        _maxBytes = maxBytes;
        var tries = 1;
        while (!_queue.TryCommit())
            Assert.True(++tries < CheckpointHealth.MaxFailures);

        Assert.True(tries > 1);
        Assert.True(_queue.IsDurable(_snapshot));
        Assert.Null(_environment.CheckpointHealth.Problem);
        Assert.True(_written.Sum() > 3_000_000);
        Assert.All(_written, bytes => Assert.True(bytes <= maxBytes));
    }

    [Fact]
    public void TryCommit_EveryRecordIsRefused_TheMemberIsUnhealthyUntilOneIsTaken()
    {
        _maxBytes = 0;
        for (var i = 0; i < CheckpointHealth.MaxFailures; i++)
        {
            Assert.Null(_environment.CheckpointHealth.Problem);
            Assert.False(_queue.TryCommit());
        }
        Assert.Contains("too large", _environment.CheckpointHealth.Problem, StringComparison.Ordinal);

        _maxBytes = 1_000_000;
        Assert.True(_queue.TryCommit());
        Assert.Null(_environment.CheckpointHealth.Problem);
    }

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new InvalidOperationException("Nothing is emitted here.");

    private void Produce(Message<byte[]?, byte[]?> message)
    {
        var bytes = OutputLog.SizeOf(message);
        if (bytes > _maxBytes)
        {
            _written.Clear();
            throw new KafkaException(new Error(ErrorCode.MsgSizeTooLarge, "the record is too large"));
        }
        _written.Add(bytes);
    }

    /// <summary>Stores a value of three million bytes.</summary>
    private sealed class ValueProcessor(ITaskContext context) : IRecordProcessor
    {
        private readonly IStateStore<string, string> _values = context.OpenStore(16, "values", Codecs.Utf8, Codecs.Utf8);

        public void Process(in InputEntry entry, IEmitter emitter) => _values.Put("key", new StringBuilder().Insert(0, "abcdef", 500_001).ToString());
    }
}
