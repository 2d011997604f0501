using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;

namespace StreamSocial.Streams.Tests.Consuming;

public sealed class LaneClosingTests
{
    private static readonly SimulatedTopics Topics = new(1, 1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    /// <summary>A process stops, and the group revokes the same tasks meanwhile.</summary>
    [Fact]
    public void Closing_AnotherOneHasNoTime_EndsWithIt()
    {
        var log = new OutputLog(Topics.Stages[0].StateTopic, _time);
        var environment = new TaskEnvironment("owner", Topics.Layout, log, 1, error => throw new KafkaException(error));
        var lane = new LaneTasks(
            new StreamsOptions(), bounded: true, environment, new FencedCheckpointWriter(log, "owner", environment.OnDeliveryFailed, _time),
            static task => throw new InvalidOperationException(task.Failure!.Reason), _time);
        var task = new StreamTask(Topics.Tasks[0], Topics.Stages[0], 1, environment);
        new RestoreSession(task).Complete();
        lane.Add(task);
        lane.Process(log.Record(task.Id.Topic, task.Id.Partition, 0, new() { Key = Encoding.UTF8.GetBytes("key"), Value = Encoding.UTF8.GetBytes("text") }));

        var (stop, revocation) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>());
        lane.BeginClosing([task], _time.GetTimestamp() + (15 * _time.TimestampFrequency), stop);
        lane.BeginClosing([task], _time.GetTimestamp(), revocation);
        lane.Advance();
        lane.Advance();

        Assert.Equal(TaskState.Closed, task.State);
        Assert.True(revocation.Task.IsCompletedSuccessfully);
        Assert.True(stop.Task.IsCompletedSuccessfully);
    }
}
