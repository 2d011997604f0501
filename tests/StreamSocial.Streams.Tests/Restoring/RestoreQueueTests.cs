using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Simulation.Workload;

namespace StreamSocial.Streams.Tests.Restoring;

public sealed class RestoreQueueTests : IRecordSender
{
    private static readonly SimulatedTopics Topics = new(1, 1);

    [Fact]
    public void TryTake_DifferentLags_MostFirstAndUnknownBetweenSomeAndNone()
    {
        long?[] lags = [0, null, 1, 500, null, 20, 500];
        var queue = new RestoreQueue();
        var sessions = lags.Select(_ => NewSession()).ToList();
        foreach (var (session, lag) in sessions.Zip(lags))
            queue.Add(session, lag);

        var taken = new List<int>();
        while (queue.TryTake(out var session))
            taken.Add(sessions.IndexOf(session));

        Assert.Equal([3, 6, 5, 2, 1, 4, 0], taken);
    }

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new NotSupportedException("A queue sends nothing.");

    private RestoreSession NewSession()
    {
        var environment = new TaskEnvironment("member", Topics.Layout, this, 1, _ => { });
        return new RestoreSession(new StreamTask(Topics.Tasks[0], Topics.Stages[0], 1, environment));
    }
}
