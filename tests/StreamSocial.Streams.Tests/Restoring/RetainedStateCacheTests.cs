using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Restoring;

/// <summary>Which states may be kept, and when one that was kept is given up for the whole changelog.</summary>
public sealed class RetainedStateCacheTests
{
    private const int Claim = 10;

    private readonly ChangelogSender _changelog = new();
    private readonly RetainedStateCache _warm = new(new StreamsOptions { WarmPartitions = 2 }, TimeProvider.System);

    [Fact]
    public void Keep_StateIsItsLastCheckpoint_ContinuesWithTheChangelogAfterIt()
    {
        var task = NewTask();
        Checkpoint(task, ("a", "1"));
        Keep(task);

        var session = new RestoreSession(NewTask(_warm.Take(task.Id)));

        Assert.True(session.IsWarm);
        Assert.Equal(_changelog.NextOffset, session.From.Value);
        Assert.Equal(RestoreStep.Done, Read(session, ClaimAt(_changelog.NextOffset)));
        session.Complete();
        Assert.Equal((1L, 5L), (session.Task.Stores.Count, session.Task.CommittedOffset));
    }

    [Fact]
    public void Keep_InputAfterTheLastCheckpoint_IsNotKept()
    {
        var task = NewTask();
        Checkpoint(task, ("a", "1"));
        task.CommittedOffset--;

        Keep(task);

        Assert.Null(_warm.Take(task.Id));
        Assert.Equal(0, task.Stores.Count);
    }

    [Fact]
    public void Keep_AnotherOwnerWroteBetween_IsNotKept()
    {
        var task = NewTask();
        _changelog.NextOffset++;
        Checkpoint(task, ("a", "1"), isRefused: true);

        Keep(task);

        Assert.Null(_warm.Take(task.Id));
    }

    [Fact]
    public void Keep_MoreThanAllowed_GivesUpTheOldest()
    {
        for (var partition = 0; partition < 3; partition++)
        {
            _changelog.NextOffset = Claim + 1;
            var task = NewTask(partition: partition);
            Checkpoint(task, ("a", "1"));
            Keep(task);
        }

        Assert.Equal(2, _warm.Count);
        Assert.Null(_warm.Take(new TaskId(SequenceCheckProcessor.Stage.InputTopic, 0)));
    }

    [Fact]
    public void Take_RecordsWereDroppedBehindTheKeptState_StartsOver()
    {
        var session = KeptSession();

        Assert.Equal(RestoreStep.StartOver, Read(session, ClaimAt(_changelog.NextOffset + 3)));

        Assert.False(session.IsWarm);
        Assert.Equal(Offset.Beginning, session.From);
        Assert.Equal(0, session.Task.Stores.Count);
    }

    [Fact]
    public void Take_ChangesDoNotFitTheKeptState_StartsOver()
    {
        var session = KeptSession();
        var other = NewTask();
        other.Claim = _changelog.NextOffset;
        Assert.Equal(RestoreStep.More, Read(session, ClaimAt(_changelog.NextOffset++), restoringClaim: 100));
        // A checkpoint of an owner that did not have the kept state's entry.
        Checkpoint(other, ("b", "2"));

        var steps = _changelog.Records[^2..].Select(record => Read(session, record, restoringClaim: 100)).ToList();
        steps.Add(Read(session, ClaimAt(100), restoringClaim: 100));

        Assert.Equal([RestoreStep.More, RestoreStep.More, RestoreStep.StartOver], steps);
    }

    private static RestoreStep Read(RestoreSession session, ConsumeResult<byte[]?, byte[]?> record, long? restoringClaim = null)
    {
        session.Task.Claim = restoringClaim ?? record.Offset.Value;
        return session.Take(new FencedRestore(session.Task.Environment, TimeProvider.System), record, record.Offset.Value);
    }

    private static ConsumeResult<byte[]?, byte[]?> ClaimAt(long offset) =>
        new() { Offset = offset, Message = new Message<byte[]?, byte[]?> { Key = ChangelogKeys.Claim, Value = [] } };

    private RestoreSession KeptSession()
    {
        var task = NewTask();
        Checkpoint(task, ("a", "1"));
        Keep(task);
        return new RestoreSession(NewTask(_warm.Take(task.Id)));
    }

    private StreamTask NewTask(RetainedState? warm = null, int partition = 0)
    {
        var environment = new TaskEnvironment("member", new OnePartition(), _changelog, new AuditCounters(), new MemberTotals(), 1, _ => { }, _ => { });
        var stage = SequenceCheckProcessor.Stage with { CreateProcessor = context => new TextProcessor(context) };
        var task = new StreamTask(new TaskId(stage.InputTopic, partition), stage, epoch: 1, environment, warm);
        if (warm is null)
        {
            task.Claim = Claim;
            task.Start(5);
        }
        return task;
    }

    /// <summary>Makes a checkpoint at input offset 5, as a lane does.</summary>
    private void Checkpoint(StreamTask task, (string Key, string Value) change, bool isRefused = false)
    {
        task.Read<TextProcessor, int>(processor =>
        {
            processor.Texts.Put(change.Key, change.Value);
            return 0;
        });
        var capture = task.BeginCheckpoint(whole: false, now: 0);
        var writer = new FencedCheckpointWriter(_changelog, "owner", error => Assert.Fail(error.Reason), TimeProvider.System);
        writer.Write(task, capture);
        Assert.Equal(isRefused, !writer.IsDurable(capture));
        Assert.Equal(isRefused, capture.IsRefused);
        if (isRefused)
            return;
        task.CommittedOffset = capture.NextOffset;
        task.NextChangelogOffset = capture.CommitOffset >= 0 ? capture.CommitOffset + 1 : -1;
        task.Capture = null;
    }

    private void Keep(StreamTask task)
    {
        task.State.MoveTo(TaskState.Closed);
        _warm.Keep(task);
    }

    private sealed class TextProcessor(ITaskContext context) : IRecordProcessor
    {
        public IStateStore<string, string> Texts { get; } = context.OpenStore(16, "texts", Codecs.Utf8, Codecs.Utf8);

        public void Process(in InputEntry entry, IEmitter emitter) => throw new NotSupportedException();
    }

    private sealed class OnePartition : ITopicLayout
    {
        public int PartitionCountOf(string topic) => 1;

        public int PartitionOf(string topic, string key) => 0;
    }

    /// <summary>A changelog partition that acknowledges at once.</summary>
    private sealed class ChangelogSender : IRecordSender
    {
        public long NextOffset { get; set; } = Claim + 1;

        public List<ConsumeResult<byte[]?, byte[]?>> Records { get; } = [];

        public void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token)
        {
            Records.Add(new ConsumeResult<byte[]?, byte[]?> { Offset = NextOffset, Message = message });
            handler.OnDelivered(token, NextOffset++, null);
        }
    }
}
