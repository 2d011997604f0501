using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Restoring;

public sealed class TransactionalRestoreTests : IRecordSender
{
    private static readonly SimulatedTopics Topics = new(1, 1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void CheckWaiting_EndIsToldOnceAndTheStateNeverComes_SaysWhatIsMissing()
    {
        var environment = new TaskEnvironment("member", Topics.Layout, this, 1, _ => { });
        var session = new RestoreSession(new StreamTask(Topics.Tasks[0], Topics.Stages[0], 1, environment));
        var restore = new TransactionalRestore((partitions, _) => [.. partitions.Select(partition => new TopicPartitionOffset(partition, 42))], _time, NullLogger.Instance);
        restore.Open(session);
        restore.TakeOpened([]);

        Assert.False(restore.IsComplete(session, offset: 0, endOfPartition: true));
        _time.Advance(TimeSpan.FromSeconds(59));
        restore.CheckWaiting(session);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("42", Assert.Throws<StateMissingException>(() => restore.CheckWaiting(session)).Message, StringComparison.Ordinal);
    }

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new NotSupportedException("A restore sends nothing here.");
}
