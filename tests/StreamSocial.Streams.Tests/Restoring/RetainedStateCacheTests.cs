using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Restoring;

/// <summary>Which states are retained, and when a retained one is given up for the whole changelog.</summary>
public sealed class RetainedStateCacheTests
{
    private const int FencingOffset = 10;

    private readonly ChangelogSender _changelog = new();
    private readonly RetainedStateCache _retained = new(new StreamsOptions { WarmPartitions = 2 }, TimeProvider.System);

    [Fact]
    public void Add_StateIsItsLastCheckpoint_ContinuesWithTheChangelogAfterIt()
    {
        var task = NewTask();
        Checkpoint(task, ("a", "1"));
        Retain(task);

        var session = new RestoreSession(NewTask(_retained.Take(task.Id)));

        Assert.True(session.UsesRetainedState);
        Assert.Equal(_changelog.NextOffset, session.From.Value);
        Assert.Equal(RestoreStep.Done, Read(session, FenceAt(_changelog.NextOffset)));
        session.Complete();
        Assert.Equal((1L, 5L), (session.Task.Stores.Count, session.Task.CommittedOffset));
    }

    [Fact]
    public void Add_InputAfterTheLastCheckpoint_IsNotRetained()
    {
        var task = NewTask();
        Checkpoint(task, ("a", "1"));
        task.Process(new ConsumeResult<byte[]?, byte[]?> { Offset = 5, Message = new Message<byte[]?, byte[]?> { Headers = [] } });

        Retain(task);

        Assert.Null(_retained.Take(task.Id));
        Assert.Equal(0, task.Stores.Count);
    }

    /// <summary>An operator's reset lies before what would be read next, and its position is in no checkpoint yet.</summary>
    [Fact]
    public void Add_ResetIsNotCheckpointed_IsNotRetained()
    {
        var task = NewTask();
        Checkpoint(task, ("a", "1"));
        Retain(task);
        var session = new RestoreSession(NewTask(_retained.Take(task.Id)));
        var reset = PositionResets.CreateRecord(5, dropState: false, DateTimeOffset.UnixEpoch);
        Assert.Equal(RestoreStep.More, Read(session, new() { Offset = _changelog.NextOffset++, Message = reset }, fencingOffset: 100));
        Assert.Equal(RestoreStep.Done, Read(session, FenceAt(100)));
        session.Complete();
        session.Task.Start(5);

        Retain(session.Task);

        Assert.Null(_retained.Take(task.Id));
    }

    [Fact]
    public void Add_AnotherOwnerWroteBetween_IsNotRetained()
    {
        var task = NewTask();
        _changelog.NextOffset++;
        Checkpoint(task, ("a", "1"), isRejected: true);

        Retain(task);

        Assert.Null(_retained.Take(task.Id));
    }

    [Fact]
    public void Add_MoreThanAllowed_ClearsTheOldest()
    {
        for (var partition = 0; partition < 3; partition++)
        {
            _changelog.NextOffset = FencingOffset + 1;
            var task = NewTask(partition: partition);
            Checkpoint(task, ("a", "1"));
            Retain(task);
        }

        Assert.Equal(2, _retained.Count);
        Assert.Null(_retained.Take(new TaskId(SequenceCheckProcessor.Stage().InputTopic, 0)));
    }

    [Fact]
    public void Take_RecordsWereDroppedBehindTheRetainedState_StartsOver()
    {
        var session = RetainedSession();

        Assert.Equal(RestoreStep.StartOver, Read(session, FenceAt(_changelog.NextOffset + 3)));

        Assert.False(session.UsesRetainedState);
        Assert.Equal(Offset.Beginning, session.From);
        Assert.Equal(0, session.Task.Stores.Count);
    }

    [Fact]
    public void Take_ChangesDoNotFitTheRetainedState_StartsOver()
    {
        var session = RetainedSession();
        var other = NewTask();
        other.OnFenced(_changelog.NextOffset);
        Assert.Equal(RestoreStep.More, Read(session, FenceAt(_changelog.NextOffset++), fencingOffset: 100));
        // A checkpoint of an owner that did not have the retained state's entry.
        Checkpoint(other, ("b", "2"));

        var steps = _changelog.Records[^2..].Select(record => Read(session, record, fencingOffset: 100)).ToList();
        steps.Add(Read(session, FenceAt(100), fencingOffset: 100));

        Assert.Equal([RestoreStep.More, RestoreStep.More, RestoreStep.StartOver], steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Complete_CountsTheGrowthOfTheRetainedStateOnlyIfItContinuesFromIt(bool continues)
    {
        var session = RetainedSession();
        var retained = session.Task.Retained!.Growth;
        var fence = FenceAt(_changelog.NextOffset + (continues ? 0 : 3));
        var step = Read(session, fence);
        if (step == RestoreStep.StartOver)
            step = Read(session, fence);
        Assert.Equal(RestoreStep.Done, step);

        session.Complete();

        Assert.Equal(continues ? retained.Records + 1 : 1, session.Task.ChangelogGrowth.Records);
    }

    private static RestoreStep Read(RestoreSession session, ConsumeResult<byte[]?, byte[]?> record, long? fencingOffset = null)
    {
        session.Task.OnFenced(fencingOffset ?? record.Offset.Value);
        return session.Take(new FencedRestore(session.Task.Environment, TimeProvider.System), record, record.Offset.Value);
    }

    private static ConsumeResult<byte[]?, byte[]?> FenceAt(long offset) =>
        new() { Offset = offset, Message = new Message<byte[]?, byte[]?> { Key = ChangelogKeys.Fence, Value = [] } };

    private RestoreSession RetainedSession()
    {
        var task = NewTask();
        Checkpoint(task, ("a", "1"));
        Retain(task);
        return new RestoreSession(NewTask(_retained.Take(task.Id)));
    }

    private StreamTask NewTask(RetainedState? retained = null, int partition = 0)
    {
        var environment = new TaskEnvironment("member", new OnePartition(), _changelog, 1, _ => { });
        var stage = SequenceCheckProcessor.Stage() with { CreateProcessor = context => new TextProcessor(context) };
        var task = new StreamTask(new TaskId(stage.InputTopic, partition), stage, epoch: 1, environment, retained);
        if (retained is null)
        {
            task.OnFenced(FencingOffset);
            task.Start(5);
        }
        return task;
    }

    /// <summary>Makes a checkpoint at input offset 5, as a lane does.</summary>
    private void Checkpoint(StreamTask task, (string Key, string Value) change, bool isRejected = false)
    {
        task.Read<TextProcessor, int>(processor =>
        {
            processor.Texts.Put(change.Key, change.Value);
            return 0;
        });
        var snapshot = task.BeginCheckpoint(whole: false, packed: true, now: 0);
        var writer = new FencedCheckpointWriter(_changelog, "owner", error => Assert.Fail(error.Reason), TimeProvider.System);
        writer.Write(task, snapshot);
        Assert.Equal(isRejected, !writer.IsDurable(snapshot));
        Assert.Equal(isRejected, snapshot.IsRejected);
        if (isRejected)
            return;
        task.OnCheckpointDurable();
    }

    private void Retain(StreamTask task)
    {
        task.Close();
        _retained.Add(task);
    }

    private sealed class TextProcessor(ITaskContext context) : IRecordProcessor
    {
        public IStateStore<string, string> Texts { get; } = context.OpenStore(16, "texts", Codecs.Utf8, Codecs.Utf8);

        public void Process(in InputEntry entry, IEmitter emitter)
        {
            // Only its position counts.
        }
    }

    private sealed class OnePartition : ITopicLayout
    {
        public int PartitionCountOf(string topic) => 1;

        public int PartitionOf(string topic, string key) => 0;
    }

    /// <summary>A changelog partition that acknowledges at once.</summary>
    private sealed class ChangelogSender : IRecordSender
    {
        public long NextOffset { get; set; } = FencingOffset + 1;

        public List<ConsumeResult<byte[]?, byte[]?>> Records { get; } = [];

        public void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token)
        {
            Records.Add(new ConsumeResult<byte[]?, byte[]?> { Offset = NextOffset, Message = message });
            handler.OnDelivered(token, NextOffset++, null);
        }
    }
}
