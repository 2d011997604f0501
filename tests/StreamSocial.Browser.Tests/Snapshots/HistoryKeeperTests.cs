using System.Reflection;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Dashboard.History;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Browser.Tests.Snapshots;

public sealed class HistoryKeeperTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly SnapshotStore _store = new();

    /// <summary>The client keeps a record until the brokers take it, however long that is.</summary>
    [Fact]
    public async Task Write_BrokersAreAway_OneRecordIsOutstanding()
    {
        var proxy = DispatchProxy.Create<IProducer<byte[]?, byte[]?>, WaitingProducer>();
        var producer = (WaitingProducer)proxy;
        using var keeper = new HistoryKeeper(null!, _store, proxy, _time, NullLogger<HistoryKeeper>.Instance);
        for (var second = 1; second < 5; second++)
        {
            Publish(second);
            var writing = keeper.WriteAsync(Patience);
            _time.Advance(Patience);
            await writing;
        }
        Assert.Equal([[1]], producer.Written);

        producer.AreBrokersThere.SetResult(new DeliveryResult<byte[]?, byte[]?>());
        await keeper.WriteAsync(Patience);
        Assert.Equal([[1], [2, 3, 4]], producer.Written);
    }

    /// <summary>What the client has given up is not with it any more.</summary>
    [Fact]
    public async Task Write_BrokersRefuse_WritesItAgain()
    {
        var proxy = DispatchProxy.Create<IProducer<byte[]?, byte[]?>, WaitingProducer>();
        var producer = (WaitingProducer)proxy;
        producer.AreBrokersThere.SetException(new KafkaException(ErrorCode.Local_MsgTimedOut));
        using var keeper = new HistoryKeeper(null!, _store, proxy, _time, NullLogger<HistoryKeeper>.Instance);
        Publish(1);
        await keeper.WriteAsync(Patience);
        Publish(2);
        await keeper.WriteAsync(Patience);

        Assert.Equal([[1], [1, 2]], producer.Written);
    }

    private void Publish(int second)
    {
        var group = GroupReading.Create(Now.AddSeconds(second), [], [], TimeSpan.FromSeconds(10));
        var frame = new SnapshotFrame(false, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), []);
        _store.Publish(SnapshotBuilder.Build(null, new ClusterReading(group, null, null, null), 1, frame, MemberHistory.Empty), frame.HistoryLength);
    }

    /// <summary>Keeps what it is given until the brokers are there.</summary>
    internal class WaitingProducer : DispatchProxy
    {
        public TaskCompletionSource<DeliveryResult<byte[]?, byte[]?>> AreBrokersThere { get; } = new();

        /// <summary>By record, the second of each point.</summary>
        public List<List<long>> Written { get; } = [];

        protected override object? Invoke(MethodInfo? method, object?[]? arguments)
        {
            if (method!.Name != nameof(IProducer<,>.ProduceAsync))
                return null;
            var points = HistoryRecords.Read(((Message<byte[]?, byte[]?>)arguments![1]!).Value!);
            Written.Add([.. points.Select(point => (point.At - Now.ToUnixTimeMilliseconds()) / 1000)]);
            return AreBrokersThere.Task;
        }
    }
}
