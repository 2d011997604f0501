using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;

namespace StreamSocial.Streams.Tests.Tasks;

/// <summary>What the audit found is part of a task's state, and so is the topic that its position belongs to.</summary>
public sealed class TaskAuditTests : IRecordSender
{
    private static readonly SimulatedTopics Topics = new(1, 1);

    private string _inputTopicId = "id";

    [Fact]
    public void Commit_OfAnEarlierOwner_ItsCountsGoOnAndAreCommittedAgain()
    {
        var task = Restore(Committed());
        task.Audit.Add(new DeduplicationResult(Skip: 1, Lost: 2, Duplicates: 1, Misordered: 0));
        task.Start(task.CommittedOffset);

        var commit = task.BeginCheckpoint(whole: false, packed: true, now: 0).Commit;

        Assert.Equal((9L, 5L, 4L, 0L, "id"), (commit.Lost, commit.Misordered, commit.DuplicatesDropped, commit.RecordsSkipped, commit.InputTopicId));
    }

    [Fact]
    public void Reset_BehindTheCheckpoint_CountsWhatItPassesOver()
    {
        var task = Restore(Committed(), Reset(130));

        Assert.Equal((30L, 130L), (task.Audit.RecordsSkipped, task.CommittedOffset));
    }

    /// <summary>
    /// Retention takes records between a reset's plan and the task's start. Without its state the task was to make what it made before, and makes something else now,
    /// which receivers would drop under the old numbers.
    /// </summary>
    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 3_600_000)]
    public void Reset_ItsOffsetIsGoneWhenTheTaskStarts_GoesOnWithTheFirstRecordThatIs(bool dropState, long edgesBegunAt)
    {
        var time = new FakeTimeProvider();
        var log = new OutputLog(Topics.Stages[0].StateTopic, time);
        var environment = new TaskEnvironment("member", Topics.Layout, log, MaxTries: 3, _ => { });
        var lane = new LaneTasks(
            new StreamsOptions(), bounded: false, environment, new FencedCheckpointWriter(log, "member", environment.OnDeliveryFailed, time), _ => { }, time);
        var session = Read(environment, Committed(), (ChangelogKeys.Reset, PositionResets.CreateRecord(0, dropState, DateTimeOffset.UnixEpoch.AddHours(1)).Value!));
        session.Complete();
        var task = session.Task;
        lane.Add(task);
        Advance();
        Assert.Equal((0L, 0L), (task.CommittedOffset, task.LastCommit!.EdgesBegunAt));

        Assert.True(lane.TryBeginAt(task.Id.TopicPartition, 40));
        Advance();

        Assert.Equal((40L, 40L, edgesBegunAt), (task.CommittedOffset, task.LastCommit!.RecordsSkipped, task.LastCommit.EdgesBegunAt));
        Assert.Equal(40, lane.TakeStarting()[^1].Offset.Value);
        Assert.False(lane.TryBeginAt(task.Id.TopicPartition, 40));

        void Advance()
        {
            for (var turn = 0; turn < 8; turn++)
                lane.Advance();
        }
    }

    [Fact]
    public void Input_IsAnotherTopicThanTheCheckpoints_TheTaskDoesNotStartWithoutAReset()
    {
        var error = Assert.Throws<InputReplacedException>(() => Restore(Committed(topicId: "other")));
        Assert.Contains("its id was other and is id", error.Message, StringComparison.Ordinal);
        Assert.Contains("from offset 100 on", error.Message, StringComparison.Ordinal);

        var task = Restore(Committed(topicId: "other"), Reset(130));

        // Offsets of two topics cannot be subtracted.
        Assert.Equal((0L, 130L, 7L), (task.Audit.RecordsSkipped, task.CommittedOffset, task.Audit.Lost));
    }

    /// <summary>The brokers did not tell the topic's id when the task began, and what it processes is of the new topic.</summary>
    [Fact]
    public void Input_ThatItIsAnotherTopicBecomesKnownLater_TheTaskCheckpointsNothingMore()
    {
        _inputTopicId = "";
        var task = Restore(Committed(topicId: "other"));
        task.Start(task.CommittedOffset);
        Assert.Equal("other", task.BeginCheckpoint(whole: false, packed: true, now: 0).Commit.InputTopicId);
        Assert.False(task.IsOfAnotherInput);

        _inputTopicId = "id";

        Assert.True(task.IsOfAnotherInput);
        Assert.Throws<InputReplacedException>(() => task.BeginCheckpoint(whole: false, packed: true, now: 0));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("")]
    public void Input_WhichItIsBecomesKnownLater_ItsCheckpointsSaySo(string topicId)
    {
        _inputTopicId = "";
        var task = Restore(Committed(topicId));
        task.Start(task.CommittedOffset);
        _inputTopicId = "id";

        Assert.False(task.IsOfAnotherInput);
        Assert.Equal("id", task.BeginCheckpoint(whole: false, packed: true, now: 0).Commit.InputTopicId);
    }

    [Fact]
    public void Input_ThatItIsAnotherTopicBecomesKnownWhileItIsRestored_TheTaskDoesNotStart()
    {
        _inputTopicId = "";
        var session = Read(Committed(topicId: "other"));
        _inputTopicId = "id";

        Assert.Throws<InputReplacedException>(session.Complete);
    }

    [Fact]
    public void Commit_DoesNotKnowItsTopic_TheTaskStarts() => Assert.Equal(100, Restore(Committed(topicId: "")).CommittedOffset);

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new NotSupportedException("Nothing is sent here.");

    private StreamTask Restore(params (byte[] Key, byte[] Value)[] changelog)
    {
        var session = Read(changelog);
        session.Complete();
        return session.Task;
    }

    private RestoreSession Read(params (byte[] Key, byte[] Value)[] changelog) =>
        Read(new TaskEnvironment("member", Topics.Layout, this, MaxTries: 3, _ => { }) { InputTopicIdOf = _ => _inputTopicId }, changelog);

    private static RestoreSession Read(TaskEnvironment environment, params (byte[] Key, byte[] Value)[] changelog)
    {
        var session = new RestoreSession(new StreamTask(Topics.Tasks[0], Topics.Stages[0], epoch: 1, environment));
        var offset = 0;
        foreach (var (key, value) in changelog)
            session.Replay.Read(new ConsumeResult<byte[]?, byte[]?> { Offset = offset++, Message = new Message<byte[]?, byte[]?> { Key = key, Value = value } });
        return session;
    }

    private static (byte[] Key, byte[] Value) Committed(string topicId = "id") => (ChangelogKeys.Commit, new CommitRecord
    {
        Version = ChangelogKeys.Version, Checkpoint = 1, NextOffset = 100, Owner = -1, Lost = 7, Misordered = 5, DuplicatesDropped = 3, InputTopicId = topicId,
    }.ToByteArray());

    private static (byte[] Key, byte[] Value) Reset(long offset) =>
        (ChangelogKeys.Reset, PositionResets.CreateRecord(offset, dropState: false, DateTimeOffset.UnixEpoch).Value!);
}
