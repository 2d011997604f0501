using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;

namespace StreamSocial.Streams.Tests.Tasks;

/// <summary>States and failures that are of another version, or of another time.</summary>
public sealed class ForeignStateTests
{
    private static readonly SimulatedTopics Topics = new(1, 1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly TaskEnvironment _environment;
    private readonly OutputLog _log;

    public ForeignStateTests()
    {
        _log = new OutputLog(Topics.Stages[0].StateTopic, _time);
        _environment = new TaskEnvironment("owner", Topics.Layout, _log, 1, error => throw new KafkaException(error));
    }

    /// <summary>An application of another version wrote to a topic that this one does not have; the lane goes on with its other tasks.</summary>
    [Fact]
    public void Start_StateHasAnEdgeToATopicThatIsNoMore_TheTaskFailsAlone()
    {
        StreamTask? failed = null;
        var lane = new LaneTasks(
            new StreamsOptions(), bounded: true, _environment, new FencedCheckpointWriter(_log, "owner", _environment.OnDeliveryFailed, _time), task => failed = task, _time);
        var task = CreateTask();
        task.Stores.Apply([TaskStores.OutgoingEdgesId, .. Encoding.UTF8.GetBytes("gone/0")], BitConverter.GetBytes(5L));
        new RestoreSession(task).Complete();

        lane.Add(task);
        lane.Advance();

        Assert.Equal((task, TaskState.Failed), (failed, task.State));
        Assert.StartsWith("This version cannot go on with its state: ", task.Failure!.Reason, StringComparison.Ordinal);
    }

    /// <summary>The first checkpoint after the state was dropped removes them, and each later restore reads that.</summary>
    [Fact]
    public void Apply_RemovalOfAStoreThatThereIsNot_IsNothing()
    {
        var stores = CreateTask().Stores;
        stores.Apply([200, 1], null);
        Assert.Throws<InvalidDataException>(() => stores.Apply([200, 1], [1]));
        Assert.Equal(0, stores.Count);
    }

    /// <summary>A verdict is about the entry at which the last run ended, as long as the task is not past it.</summary>
    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Start_TheLastFailuresEntry_IsCondemnedUnlessItWasPassed(long nextOffset, bool isCondemned)
    {
        var task = CreateTask(EntryFailure.Of(new InvalidEntryException("bad"), offset: 3, index: 0, tries: 1));
        new RestoreSession(task).Complete();

        task.Start(nextOffset);

        Assert.Equal(isCondemned, task.MustCheckpointFirst);
    }

    private StreamTask CreateTask(EntryFailure? last = null) => new(Topics.Tasks[0], Topics.Stages[0], 1, _environment, null, last);
}
