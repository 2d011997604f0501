using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Browser.Tests.Snapshots;

public sealed class SnapshotStoreTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private readonly SnapshotStore _store = new();

    [Fact]
    public void Publish_ClockSetBack_HistoryGoesOnFromThere()
    {
        foreach (var second in new[] { 0, 100, 101, 102, 1, 2 })
            Publish(second, 30);

        Assert.Equal(new[] { 0, 1, 2 }.Select(second => Now.AddSeconds(second).ToUnixTimeMilliseconds()), _store.History.Select(point => point.At));
    }

    [Fact]
    public void Publish_APartitionIsUnknown_LagAndAgeAreGapsInTheHistory()
    {
        Publish(0, 30, 30);
        Publish(1, 30, null);

        Assert.Equal([(60L, 5_000L), ((long?)null, (long?)null)], _store.History.Select(point => (point.Lag, point.OldestAgeMs)));
    }

    [Fact]
    public void Publish_APartitionsAgeIsAtLeastSoMuch_AgeIsAGapInTheHistory()
    {
        Publish(0, isAgeAtLeast: true, 30);

        Assert.Equal([((long?)30L, (long?)null)], _store.History.Select(point => (point.Lag, point.OldestAgeMs)));
    }

    private void Publish(int second, params long?[] lags) => Publish(second, isAgeAtLeast: false, lags);

    /// <summary>Partitions of one topic, of which so much waits, for five seconds; null where nobody owns it.</summary>
    private void Publish(int second, bool isAgeAtLeast, params long?[] lags)
    {
        var at = Now.AddSeconds(second);
        int[] owned = [.. lags.Index().Where(lag => lag.Item is not null).Select(lag => lag.Index)];
        var owner = new Member
        {
            MemberId = "a",
            ReportedAt = at.ToUnixTimeMilliseconds(),
            Topics = { new MemberTopic { Topic = "t", Partitions = { owned }, NextOffsets = { owned.Select(partition => 100 - lags[partition]!.Value) } } },
        };
        var group = GroupReading.Create(at, [new TopicLogEnds("t", [.. lags.Select(_ => (long?)100)])], [owner], TimeSpan.FromSeconds(10));
        var aged = group.Topics[0] with { Partitions = [.. group.Topics[0].Partitions.Select(partition => partition with { OldestAge = partition.Lag is null ? null : TimeSpan.FromSeconds(5), IsAgeAtLeast = isAgeAtLeast })] };
        var frame = new SnapshotFrame(false, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), []);
        _store.Publish(SnapshotBuilder.Build(null, new ClusterReading(group with { Topics = [aged] }, null, null, null), 1, frame, MemberHistory.Empty), frame.HistoryLength);
    }
}
