using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;

namespace StreamSocial.Streams.Tests.Checkpoints;

public sealed class FencedCheckpointTests : IDeliveryHandler
{
    private static readonly SimulatedTopics Topics = new(1, 1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly OutputLog _log;
    private readonly TaskEnvironment _environment;
    private readonly LaneTasks _lane;

    public FencedCheckpointTests()
    {
        _log = new OutputLog(Topics.Stages[0].StateTopic, _time);
        _environment = new TaskEnvironment("owner", Topics.Layout, _log, 1, error => throw new KafkaException(error));
        var writer = new FencedCheckpointWriter(_log, "owner", _environment.OnDeliveryFailed, _time);
        _lane = new LaneTasks(new StreamsOptions { CheckpointInterval = TimeSpan.FromMilliseconds(1) }, bounded: true, _environment, writer, static task => throw new InvalidOperationException(task.Failure!.Reason), _time);
    }

    [Fact]
    public void Checkpoint_FencingRecordOfARemovedMemberArrivesLate_IsWrittenAgainUnderANewFencingRecord()
    {
        var owner = Restore();
        _lane.Add(owner);
        Process(owner, 0);
        Checkpoint();
        Assert.Equal(1, owner.CommittedOffset);

        FencingRecords.Send(_log, owner.Changelog, "late", _time, this);
        Process(owner, 1);
        Checkpoint();

        Assert.Equal(2, owner.CommittedOffset);
        var next = Restore();
        Assert.Equal(2, next.CommittedOffset);
        Assert.Equal(owner.Stores.Checksum, next.Stores.Checksum);
    }

    void IDeliveryHandler.OnDelivered(long token, long offset, Error? error) => Assert.Null(error);

    private StreamTask Restore()
    {
        var task = new StreamTask(Topics.Tasks[0], Topics.Stages[0], 1, _environment);
        var session = new RestoreSession(task);
        new FencedRestore(_environment, _time).Open(session);
        foreach (var record in _log.Changelog(0))
            session.Replay.Read(record);
        session.Complete();
        return task;
    }

    private void Process(StreamTask task, long offset)
    {
        var message = new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes("key" + offset), Value = Encoding.UTF8.GetBytes("text" + offset) };
        _lane.Process(_log.Record(task.Id.Topic, task.Id.Partition, offset, message));
        _lane.Send();
    }

    private void Checkpoint()
    {
        _time.Advance(TimeSpan.FromMilliseconds(2));
        for (var turn = 0; turn < 8; turn++)
            _lane.Advance();
    }
}
