using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Tasks;

/// <summary>What a member says of its assignment while states are restored, which the test does itself: no broker is there.</summary>
public sealed class TaskSupervisorTests : IRecordSender, IDisposable
{
    private static readonly KafkaClientSettings Settings = new("127.0.0.1:1", new KafkaOptions { Embedded = true });
    private static readonly TopicPartition First = new(TestTopics.Lines, 0);
    private static readonly TopicPartition Second = new(TestTopics.Lines, 1);

    private readonly List<RebalanceEvent> _events = [];
    private readonly ProducerPool _pool = new(Settings, RecordLimits.Fixed(RecordLimit.ClientDefault), Options.Create(new ProducerPoolOptions { Producers = 1 }), 1, NullLogger<ProducerPool>.Instance);
    private readonly TaskSupervisor _supervisor;
    private readonly Lane _lane;
    private readonly TaskRestorers _restorers;
    private string _inputTopicId = "";

    public TaskSupervisorTests()
    {
        var options = new StreamsOptions { GroupId = "group", MemberId = "member", TaskRetryDelay = TimeSpan.FromMilliseconds(1), RestoreThreads = 1 };
        var member = MemberContexts.Create(Settings, options, this, _ => Volatile.Read(ref _inputTopicId));
        _supervisor = new TaskSupervisor(member, new RebalanceEventWriter(member.Environment, this, TestTopics.Rebalances, TimeProvider.System), successors: null, formerOwners: null);
        _lane = new Lane(
            0, member, new SharedByLanes(_pool, new RateQuota(0, TimeProvider.System), Retention: null),
            new FencedCheckpointWriter(this, "member", member.Environment.OnDeliveryFailed, TimeProvider.System), _supervisor.OnFailed);
        var lag = new InputLag(new LogEndReader(Settings, NullLogger<LogEndReader>.Instance), new NoMembers(), member.Inputs, TimeProvider.System);
        _restorers = new TaskRestorers(member, lag, _supervisor.OnRestored, _supervisor.OnNotRestored);
        _supervisor.Use([_lane], _restorers);
        _lane.Start();
    }

    private string Said
    {
        get
        {
            lock (_events)
                return string.Join(' ', _events.Select(change => $"{change.Type} {change.Epoch}"));
        }
    }

    public void Dispose()
    {
        _supervisor.CloseAll();
        _restorers.Dispose();
        _lane.Dispose();
        _pool.Dispose();
    }

    /// <summary>The others run, and nobody would say so any more.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TakenAway_TheLastThatWasRestored_TheOthersAreReady(bool isLost)
    {
        _supervisor.OnAssigned([First, Second]);
        _supervisor.OnRestored(TaskOf(First));
        Assert.Equal("Assigned 1", Said);

        if (isLost)
            _supervisor.OnLost([Second]);
        else
            _supervisor.OnRevoked([Second]);

        Assert.Equal($"Assigned 1 {(isLost ? "Lost" : "Revoked")} 2 Ready 2", Said);
    }

    [Fact]
    public void TakenAway_AllThatWasRestored_NothingIsReady()
    {
        _supervisor.OnAssigned([First]);
        _supervisor.OnRevoked([First]);
        _supervisor.OnAssigned([Second]);
        Assert.Equal("Assigned 1 Revoked 2 Assigned 3", Said);

        _supervisor.OnRestored(TaskOf(Second));
        Assert.Equal("Assigned 1 Revoked 2 Assigned 3 Ready 3", Said);
    }

    /// <summary>Health says that it joins: a member that the group went on without has no tasks, and would seem to be well.</summary>
    [Fact]
    public void HasAssignment_TheGroupWentOnWithoutTheMember_NotUntilTheNextOne()
    {
        Assert.False(_supervisor.HasAssignment);
        _supervisor.OnAssigned([First]);
        _supervisor.OnRevoked([First]);
        Assert.True(_supervisor.HasAssignment);
        _supervisor.OnAssigned([Second]);

        _supervisor.OnLost([Second]);

        Assert.False(_supervisor.HasAssignment);
        _supervisor.OnAssigned([]);
        Assert.True(_supervisor.HasAssignment);
    }

    /// <summary>What it was assigned is said to be ready already, whatever it gave back since.</summary>
    [Fact]
    public async Task Failed_LongAfterTheAssignment_IsNoNewAssignmentThatIsReady()
    {
        _supervisor.OnAssigned([First, Second]);
        _supervisor.OnRestored(TaskOf(First));
        _supervisor.OnRestored(TaskOf(Second));
        _supervisor.OnRevoked([Second]);
        var before = TaskOf(First);
        _supervisor.OnNotRestored(before, new InvalidDataException("A test's."));
        await Expect.EventuallyAsync("it is restored again", () => TaskOf(First) != before, () => $"{_supervisor.Failed.Count} failed");

        _supervisor.OnNotRestored(TaskOf(First), new InvalidDataException("A test's."));
        await Expect.EventuallyAsync("that has failed, too", () => _supervisor.Failed is [{ Failures: 2 }], () => $"{_supervisor.Failed.Count} failed");

        Assert.Equal("Assigned 1 Ready 1 Revoked 2", Said);
    }

    /// <summary>The first answer about the topics came after the tasks had begun.</summary>
    [Fact]
    public async Task InputKnown_ACheckpointIsOfAnotherTopic_ItsTaskAloneStops()
    {
        _supervisor.OnAssigned([First, Second]);
        Restore(First, "other");
        Restore(Second, "id");
        await Expect.EventuallyAsync("both run", () => TaskOf(First).State == TaskState.Running && TaskOf(Second).State == TaskState.Running, () => $"{TaskOf(First).State}");

        Volatile.Write(ref _inputTopicId, "id");
        _supervisor.OnInputKnown(TestTopics.Lines);

        await Expect.EventuallyAsync("one has failed", () => _supervisor.Failed.Count > 0, () => "none");
        Assert.Equal(TaskId.Of(First), Assert.Single(_supervisor.Failed).Id);
        Assert.Equal(TaskState.Running, TaskOf(Second).State);
    }

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token)
    {
        if (topic != TestTopics.Rebalances)
            return;
        lock (_events)
            _events.Add(RebalanceEvent.Parser.ParseFrom(message.Value));
    }

    private StreamTask TaskOf(TopicPartition partition) => _supervisor.Tasks.Single(task => task.Id.TopicPartition == partition);

    /// <summary>From a changelog with one commit.</summary>
    private void Restore(TopicPartition partition, string inputTopicId)
    {
        var task = TaskOf(partition);
        var replay = new ChangelogReplay("task", task.Stores);
        var commit = new CommitRecord { Version = ChangelogKeys.Version, Checkpoint = 1, NextOffset = 5, Owner = -1, InputTopicId = inputTopicId };
        replay.Read(new ConsumeResult<byte[]?, byte[]?> { Offset = 0, Message = new Message<byte[]?, byte[]?> { Key = ChangelogKeys.Commit, Value = commit.ToByteArray() } });
        task.OnRestored(replay, nextChangelogOffset: 1);
        _supervisor.OnRestored(task);
    }
}
