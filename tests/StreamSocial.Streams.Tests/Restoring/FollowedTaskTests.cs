using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Restoring;

/// <summary>The restore of a task that another member still owns.</summary>
public sealed class FollowedTaskTests : IRecordSender
{
    private static readonly SimulatedTopics Topics = new(1, 1);

    private readonly TransactionalRestore _restore;
    private readonly RestoreSession _session;
    private long _committed;
    private long _highWatermark = -1;
    private string _inputTopicId = "before";

    public FollowedTaskTests()
    {
        var environment = new TaskEnvironment("member", Topics.Layout, this, 1, _ => { }) { InputTopicIdOf = _ => _inputTopicId };
        _restore = new TransactionalRestore(
            (partitions, _) => [.. partitions.Select(partition => new TopicPartitionOffset(partition, _committed))], _ => _highWatermark, _ => 0, new FakeTimeProvider(), NullLogger.Instance);
        _session = new RestoreSession(new StreamTask(Topics.Tasks[0], Topics.Stages[0], epoch: 0, environment), isOwned: false);
        _restore.Follow(_session);
    }

    [Fact]
    public void AtTheEnd_IsWarmAndNotDone()
    {
        TakeCommit(0, nextOffset: 5);
        Assert.False(_session.IsWarm);

        Assert.Equal(RestoreStep.More, TakeEnd(2));
        Assert.True(_session.IsWarm);
    }

    [Fact]
    public void Owned_HasWhatTheGroupHas_IsDoneWithoutAnotherRecord()
    {
        TakeCommit(0, nextOffset: 5);
        TakeEnd(2);

        Own(committed: 5);
        Assert.Equal(RestoreStep.Done, _session.TakeKnownEnd(_restore));
        _session.Complete();
        Assert.Equal(5, _session.Task.CommittedOffset);
    }

    [Fact]
    public void Owned_TheFormerOwnersLastCheckpointIsMissing_WaitsForIt()
    {
        TakeCommit(0, nextOffset: 5);
        TakeEnd(2);

        Own(committed: 9);
        Assert.Equal(RestoreStep.More, _session.TakeKnownEnd(_restore));
        TakeCommit(2, nextOffset: 9);
        Assert.Equal(RestoreStep.Done, TakeEnd(4));
        _session.Complete();
        Assert.Equal(9, _session.Task.CommittedOffset);
    }

    /// <summary>A reset moved the task back, and its former owner's checkpoint there was not read yet, or is hidden by a transaction that has not ended.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Owned_TheGroupWentBack_FindsTheEndAnewAndTheCheckpointThere(bool isHidden)
    {
        TakeCommit(0, nextOffset: 9);
        TakeEnd(2);

        Own(committed: 5);
        Assert.Equal(RestoreStep.FindEnd, _session.TakeKnownEnd(_restore));
        Assert.Equal(2, _session.From.Value);
        _highWatermark = 4;
        if (isHidden)
            Assert.Equal(RestoreStep.More, TakeEnd(2));
        TakeCommit(2, nextOffset: 5);
        Assert.Equal(RestoreStep.Done, TakeEnd(4));
        _session.Complete();
        Assert.Equal(5, _session.Task.CommittedOffset);
    }

    /// <summary>Somebody set the group's offset back, or a transaction lost its changes.</summary>
    [Fact]
    public void Owned_TheGroupIsBehindAndNothingFollows_GoesOnWithTheCheckpoint()
    {
        TakeCommit(0, nextOffset: 9);
        TakeEnd(2);

        Own(committed: 5);
        Assert.Equal(RestoreStep.FindEnd, _session.TakeKnownEnd(_restore));
        _highWatermark = 2;
        Assert.Equal(RestoreStep.Done, TakeEnd(2));
        _session.Complete();
        Assert.Equal(9, _session.Task.CommittedOffset);
    }

    /// <summary>Its offset has expired while the task had nothing to do.</summary>
    [Fact]
    public void Owned_TheGroupHasNoOffset_IsDoneWithoutAnotherRecord()
    {
        TakeCommit(0, nextOffset: 9);
        TakeEnd(2);

        Own(committed: Offset.Unset.Value);
        Assert.Equal(RestoreStep.Done, _session.TakeKnownEnd(_restore));
    }

    /// <summary>The former owner followed the reset that was read last, and went on.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(11)]
    public void Owned_AResetWasReadLast_FindsTheEndAnewAndWhatFollowedTheReset(long committed)
    {
        TakeCommit(0, nextOffset: 9);
        Take(2, ChangelogKeys.Reset, PositionResets.CreateRecord(3, dropState: false, DateTimeOffset.UnixEpoch).Value!);
        TakeEnd(3);

        Own(committed);
        Assert.Equal(RestoreStep.FindEnd, _session.TakeKnownEnd(_restore));
        _highWatermark = 5;
        TakeCommit(3, committed);
        Assert.Equal(RestoreStep.Done, TakeEnd(5));
        _session.Complete();
        Assert.Equal(committed, _session.Task.CommittedOffset);
    }

    [Fact]
    public void Owned_AResetIsLast_IsFollowed()
    {
        TakeCommit(0, nextOffset: 9);
        Take(2, ChangelogKeys.Reset, PositionResets.CreateRecord(3, dropState: false, DateTimeOffset.UnixEpoch).Value!);
        TakeEnd(3);

        Own(committed: 9);
        Assert.Equal(RestoreStep.FindEnd, _session.TakeKnownEnd(_restore));
        _highWatermark = 3;
        Assert.Equal(RestoreStep.Done, TakeEnd(3));
        _session.Complete();
        Assert.Equal(3, _session.Task.CommittedOffset);
    }

    [Fact]
    public void Owned_RecordsFollowedTheEnd_ReadsToTheNextOne()
    {
        TakeCommit(0, nextOffset: 5);
        TakeEnd(2);
        Take(2, [16, 1], null);

        Own(committed: 5);
        Assert.Equal(RestoreStep.More, _session.TakeKnownEnd(_restore));
        Assert.Equal(RestoreStep.Done, TakeEnd(4));
    }

    [Fact]
    public void Owned_CouldNotBeFollowed_BeginsAnew()
    {
        TakeCommit(0, nextOffset: 5);
        TakeEnd(2);
        _session.OnNotFollowed();
        Assert.False(_session.IsWarm);

        Own(committed: 5);
        Assert.Equal(0, _session.Replay.Records);
        TakeCommit(0, nextOffset: 5);
        Assert.Equal(RestoreStep.Done, TakeEnd(2));
    }

    /// <summary>Without transactions an end behind the fencing record completes a restore, but not that of the reading before.</summary>
    [Fact]
    public void Owned_StartedOverAtTheEnd_ReadsEverythingAgain()
    {
        var fenced = new FencedRestore(_session.Task.Environment, new FakeTimeProvider());
        TakeCommit(0, nextOffset: 5, fenced);
        TakeEnd(1, fenced);
        // It does not fit what was read.
        TakeCommit(1, nextOffset: 9, fenced, entries: 1);
        Take(2, ChangelogKeys.Fence, [], fenced);
        Assert.Equal(RestoreStep.StartOver, TakeEnd(3, fenced));

        _session.Task.OnFenced(2);
        _session.OnOwned();
        Assert.Equal(RestoreStep.More, _session.TakeKnownEnd(fenced));
        TakeCommit(1, nextOffset: 9, fenced);
        Assert.Equal(RestoreStep.Done, Take(2, ChangelogKeys.Fence, [], fenced));
        _session.Complete();
        Assert.Equal(9, _session.Task.CommittedOffset);
    }

    /// <summary>What was read is in the stores, whether or not it fits the checkpoint, and the keys that the changelog holds are known only to who reads it again.</summary>
    [Fact]
    public void Owned_ItNeverBecameWarmAndItsStateIsDropped_ReadsEverythingAgain()
    {
        var fenced = new FencedRestore(_session.Task.Environment, new FakeTimeProvider());
        byte[] key = [TaskStores.OutgoingEdgesId, 1];
        byte[] number = [0, 0, 0, 0, 0, 0, 0, 1];
        var reset = PositionResets.CreateRecord(0, dropState: true, DateTimeOffset.UnixEpoch).Value!;
        Take(0, key, number, fenced);
        TakeCommit(1, nextOffset: 5, fenced, entries: 2);
        Assert.Equal(RestoreStep.More, TakeEnd(2, fenced));
        Assert.False(_session.IsWarm);

        Take(2, ChangelogKeys.Reset, reset, fenced);
        Take(3, ChangelogKeys.Fence, [], fenced);
        _session.Task.OnFenced(3);
        _session.OnOwned();
        Assert.Equal(RestoreStep.StartOver, TakeEnd(4, fenced));

        Take(0, key, number, fenced);
        TakeCommit(1, nextOffset: 5, fenced, entries: 2);
        Take(2, ChangelogKeys.Reset, reset, fenced);
        Assert.Equal(RestoreStep.Done, Take(3, ChangelogKeys.Fence, [], fenced));
        _session.Complete();
        Assert.Equal(key, Assert.Single(_session.Replay.Dropped));
    }

    [Fact]
    public void Owned_InputWasMadeAnewWhileItWasFollowed_DoesNotStart()
    {
        TakeCommit(0, nextOffset: 5);
        TakeEnd(2);

        _inputTopicId = "anew";
        _session.Task.OnAssigned(epoch: 1);
        Own(committed: 5);
        Assert.Equal(RestoreStep.Done, _session.TakeKnownEnd(_restore));
        Assert.Throws<InputReplacedException>(_session.Complete);
    }

    [Fact]
    public void Abandoned_TakesNothingMore()
    {
        _session.Abandon();
        Assert.Equal(RestoreStep.Unwanted, TakeEnd(2));
        Assert.Equal(TaskState.Closed, _session.Task.State);
    }

    private void Own(long committed)
    {
        _committed = committed;
        _restore.Open(_session);
        var opened = new List<RestoreSession>();
        _restore.TakeOpened(opened);
        Assert.Same(_session, Assert.Single(opened));
        _session.OnOwned();
    }

    private RestoreStep Take(long offset, byte[] key, byte[]? value, IRestoreProtocol? protocol = null) => _session.Take(
        protocol ?? _restore, new ConsumeResult<byte[]?, byte[]?> { Offset = offset, Message = new Message<byte[]?, byte[]?> { Key = key, Value = value } }, offset);

    private void TakeCommit(long offset, long nextOffset, IRestoreProtocol? protocol = null, long entries = 0)
    {
        var commit = new CommitRecord { Version = ChangelogKeys.Version, NextOffset = nextOffset, Entries = entries, InputTopicId = "before" };
        Assert.Equal(RestoreStep.More, Take(offset, ChangelogKeys.Commit, commit.ToByteArray(), protocol));
    }

    private RestoreStep TakeEnd(long offset, IRestoreProtocol? protocol = null) => _session.Take(protocol ?? _restore, null, offset);

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new NotSupportedException("A restore sends nothing here.");
}
