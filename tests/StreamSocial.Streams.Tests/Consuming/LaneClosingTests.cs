using System.Collections.Immutable;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Controls;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;

namespace StreamSocial.Streams.Tests.Consuming;

public sealed class LaneClosingTests
{
    private static readonly SimulatedTopics Topics = new(1, 1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private StageControls _controls = StageControls.None;

    /// <summary>A process stops, and the group revokes the same tasks meanwhile.</summary>
    [Fact]
    public void Closing_AnotherOneHasNoTime_EndsWithIt()
    {
        var (lane, task, _) = Start();
        var (stop, revocation) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>());
        lane.BeginClosing([task], Later, stop);
        lane.BeginClosing([task], _time.GetTimestamp(), revocation);
        lane.Advance();
        lane.Advance();

        Assert.Equal(TaskState.Closed, task.State);
        Assert.True(revocation.Task.IsCompletedSuccessfully);
        Assert.True(stop.Task.IsCompletedSuccessfully);
    }

    /// <summary>The member cannot go on, whatever it was about to do with the task.</summary>
    [Theory]
    [InlineData("it works")]
    [InlineData("it writes a last checkpoint")]
    [InlineData("it is closed")]
    [InlineData("it has failed")]
    [InlineData("it is read")]
    public async Task Abandoning_WhateverIsUnderWay_ClosesWithoutAnythingMore(string phase)
    {
        var (lane, task, log) = Start(isRestored: phase != "it is read");
        var before = new TaskCompletionSource<int>();
        if (phase == "it writes a last checkpoint")
            lane.BeginLastCheckpoints([task], Later, before);
        else if (phase == "it is closed")
            lane.BeginClosing([task], Later, before);
        else if (phase == "it has failed")
            lane.Fail(task, new TaskFailure("a test's"));

        var done = new TaskCompletionSource<int>();
        lane.BeginAbandoning([task], done);
        for (var i = 0; i < 3; i++)
            lane.Advance();

        Assert.Equal((TaskState.Closed, 0), (task.State, log.Changelog(task.Id.Partition).Count));
        Assert.True(done.Task.IsCompletedSuccessfully);
        Assert.Equal(0, await done.Task);
        Assert.Equal(phase is "it writes a last checkpoint" or "it is closed", before.Task.IsCompletedSuccessfully);
    }

    /// <summary>The writer waits for what it was given, which no other would take out of it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Discarding_ACheckpointIsWritten_TheWriterGivesItUpAndIsNotWaitedFor(bool givesUp)
    {
        var writer = new SlowWriter(givesUp);
        var (lane, task, _) = Start(writer: writer);
        lane.BeginLastCheckpoints([task], Later, new TaskCompletionSource<int>());
        lane.Advance();
        Assert.True(task.PendingCheckpoint!.IsWriting);

        lane.Discard([task]);

        Assert.Equal(TaskState.Closed, task.State);
        Assert.Same(task.PendingCheckpoint, Assert.Single(writer.Abandoned));
    }

    /// <summary>What it processed went out for a checkpoint that could not wait, and the lane was about to send it.</summary>
    [Theory]
    [InlineData(9)]
    [InlineData(0)]
    public void Moving_NothingWasSentSinceAnUrgentCheckpoint_ItsPositionIsTheNewOne(long target)
    {
        var (lane, task, _) = Start();
        Control(new StageControl { Stage = task.Stage.Name, Pause = new StagePause { IsPaused = true } });
        Advance(lane);
        Assert.Equal((1L, true), (task.CommittedOffset, lane.HasUnsent));

        Control(new StageControl { Stage = task.Stage.Name, Reset = new OffsetReset { Targets = { new ResetTarget { NextOffset = target, ResetId = 1 } } } });
        Advance(lane);

        Assert.Equal((target, target, 1L), (task.CommittedOffset, task.AcknowledgedOffset, task.DurableResetId));
        Assert.Contains(task, lane.Running);
        Assert.Equal(target, lane.TakeStarting()[^1].Offset.Value);
    }

    /// <summary>What it processes while a checkpoint is under way would otherwise stay in none while its stage is paused.</summary>
    [Fact]
    public void Pausing_ACheckpointIsUnderWay_AnotherFollowsIt()
    {
        var (lane, task, log) = Start();
        _time.Advance(new StreamsOptions().CheckpointInterval);
        lane.Advance();
        Assert.NotNull(task.PendingCheckpoint);
        Process(lane, task, log, 1);

        Control(new StageControl { Stage = task.Stage.Name, Pause = new StagePause { IsPaused = true } });
        Advance(lane);
        lane.Send();
        Advance(lane);

        Assert.Equal(2, task.CommittedOffset);
        Assert.Null(task.PendingCheckpoint);
    }

    /// <summary>One that goes on gets no checkpoint after the other.</summary>
    [Fact]
    public void Pausing_ItGoesOnMeanwhile_OneCheckpointFollows()
    {
        var (lane, task, log) = Start();
        Control(new StageControl { Stage = task.Stage.Name, Pause = new StagePause { IsPaused = true } });
        lane.Advance();
        lane.Advance();
        Assert.NotNull(task.PendingCheckpoint);
        Process(lane, task, log, 1);
        lane.Send();
        Advance(lane);

        Assert.Equal(1, task.CommittedOffset);
        Assert.Null(task.PendingCheckpoint);
    }

    private void Control(StageControl control) => _controls = StageControls.Of(new(1, ImmutableDictionary<string, StageControl>.Empty.Add("key", control), IsCaughtUp: true));

    private static void Advance(LaneTasks lane)
    {
        for (var turn = 0; turn < 8; turn++)
            lane.Advance();
    }

    private static void Process(LaneTasks lane, StreamTask task, OutputLog log, long offset) => lane.Process(
        log.Record(task.Id.Topic, task.Id.Partition, offset, new() { Key = Encoding.UTF8.GetBytes("key"), Value = Encoding.UTF8.GetBytes("text") }));

    private long Later => _time.GetTimestamp() + (15 * _time.TimestampFrequency);

    /// <summary>A lane with one task that has processed an entry, unless it is still restored.</summary>
    private (LaneTasks Lane, StreamTask Task, OutputLog Log) Start(bool isRestored = true, ICheckpointWriter? writer = null)
    {
        var log = new OutputLog(Topics.Stages[0].StateTopic, _time);
        var environment = new TaskEnvironment("owner", Topics.Layout, log, 1, error => throw new KafkaException(error)) { Controls = () => _controls };
        var lane = new LaneTasks(
            new StreamsOptions(), bounded: true, environment, writer ?? new FencedCheckpointWriter(log, "owner", environment.OnDeliveryFailed, _time),
            static task => throw new InvalidOperationException(task.Failure!.Reason), _time);
        var task = new StreamTask(Topics.Tasks[0], Topics.Stages[0], 1, environment);
        if (!isRestored)
            return (lane, task, log);
        new RestoreSession(task).Complete();
        lane.Add(task);
        Process(lane, task, log, 0);
        return (lane, task, log);
    }

    /// <summary>Has nothing durable yet.</summary>
    private sealed class SlowWriter(bool givesUp) : ICheckpointWriter
    {
        public List<CheckpointSnapshot> Abandoned { get; } = [];

        public void Write(StreamTask task, CheckpointSnapshot snapshot)
        {
        }

        public bool IsDurable(CheckpointSnapshot snapshot) => false;

        public bool TryAbandon(CheckpointSnapshot snapshot)
        {
            Abandoned.Add(snapshot);
            return givesUp;
        }

        public void Dispose()
        {
        }
    }
}
