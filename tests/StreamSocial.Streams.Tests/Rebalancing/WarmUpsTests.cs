using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Simulation.Workload;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Rebalancing;

public sealed class WarmUpsTests : IRecordSender
{
    private static readonly SimulatedTopics Topics = new(2, 1);

    private readonly List<RestoreSession> _followed = [];
    private readonly WarmUps _warmUps;

    public WarmUpsTests() => _warmUps = new WarmUps(_followed.Add);

    [Fact]
    public void Current_OneCannotBeFollowed_IsNotReported()
    {
        Follow(Topics.Tasks[0], Topics.Tasks[1]);
        Assert.Equal([(Topics.Tasks[0], false), (Topics.Tasks[1], false)], _warmUps.Current.OrderBy(warmUp => warmUp.Task.Partition));

        _followed[0].OnNotFollowed();
        Assert.Equal([(Topics.Tasks[1], false)], _warmUps.Current);
    }

    [Fact]
    public void Follow_OneIsNotWantedAnyMore_ItsTaskIsClosed()
    {
        Follow(Topics.Tasks[0], Topics.Tasks[1]);
        Follow(Topics.Tasks[1]);

        Assert.Equal(TaskState.Closed, _followed[0].Task.State);
        Assert.Equal([Topics.Tasks[1]], _warmUps.Current.Select(warmUp => warmUp.Task));
        Assert.Equal(2, _followed.Count);
    }

    [Fact]
    public void Take_Twice_IsThereOnce()
    {
        Follow(Topics.Tasks[0]);
        Assert.Same(_followed[0], _warmUps.Take(Topics.Tasks[0]));
        Assert.Null(_warmUps.Take(Topics.Tasks[0]));
    }

    private void Follow(params TaskId[] tasks) => _warmUps.Follow(
        tasks.ToHashSet(), id => new StreamTask(id, Topics.Stages[0], epoch: 0, new TaskEnvironment("member", Topics.Layout, this, 1, _ => { })));

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new NotSupportedException("Nothing is sent here.");
}
