using Confluent.Kafka;
using StreamSocial.Kafka.Cluster;

namespace StreamSocial.Kafka.Tests.Cluster;

public sealed class ClusterStateBuilderTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Fact]
    public void Build_BrokerWithoutCopiesIsDown_IsForgottenAfterAnHour()
    {
        var both = Build(Metadata([1, 2], copies: [1]), null, minutes: 0);
        var down = Build(Metadata([1], copies: [1]), both, minutes: 1);
        Assert.Equal((BrokerStatus.Down, Start.AddMinutes(1), "host2:9092"), (down.Brokers[1].Status, down.Brokers[1].Since, down.Brokers[1].Address));

        var still = Build(Metadata([1], copies: [1]), down, minutes: 60.9);
        Assert.Equal([1, 2], still.Brokers.Select(broker => broker.Id));

        var forgotten = Build(Metadata([1], copies: [1]), still, minutes: 61);
        Assert.Equal([1], forgotten.Brokers.Select(broker => broker.Id));
        var back = Build(Metadata([1, 2], copies: [1]), forgotten, minutes: 62);
        Assert.Equal((BrokerStatus.Running, Start.AddMinutes(62)), (back.Brokers[1].Status, back.Brokers[1].Since));
    }

    [Fact]
    public void Build_BrokerWithCopiesIsDownForADay_IsStillNamedWithSinceWhen()
    {
        var both = Build(Metadata([1, 2], copies: [1, 2]), null, minutes: 0);
        var down = Build(Metadata([1], copies: [1, 2]), both, minutes: 1);

        var later = Build(Metadata([1], copies: [1, 2]), down, minutes: 24 * 60);

        Assert.Equal((BrokerStatus.Down, Start.AddMinutes(1), "host2:9092", 1), (later.Brokers[1].Status, later.Brokers[1].Since, later.Brokers[1].Address, later.Brokers[1].Replicas));
    }

    private static ClusterState Build(Metadata metadata, ClusterState? earlier, double minutes) =>
        ClusterStateBuilder.Build(metadata, new Dictionary<string, int>(), new HashSet<int>(), [], earlier, Start.AddMinutes(minutes));

    private static Metadata Metadata(int[] brokers, int[] copies) => new(
        [.. brokers.Select(id => new BrokerMetadata(id, $"host{id}", 9092))],
        [new TopicMetadata("t", [new PartitionMetadata(0, 1, copies, [1], ErrorCode.NoError)], ErrorCode.NoError)],
        1,
        "host1:9092/1");
}
