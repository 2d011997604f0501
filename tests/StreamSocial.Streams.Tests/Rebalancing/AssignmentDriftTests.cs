using Confluent.Kafka;
using StreamSocial.Streams.Rebalancing;

namespace StreamSocial.Streams.Tests.Rebalancing;

public sealed class AssignmentDriftTests
{
    private readonly AssignmentDrift _drift = new(TimeSpan.FromSeconds(8));

    [Fact]
    public void Observe_SameDifferenceForTooLong_SaysSoOnce()
    {
        Assert.False(Observe(0, [1, 2], [1]));
        Assert.False(Observe(7, [1, 2], [1]));
        Assert.True(Observe(8, [1, 2], [1]));
        Assert.False(Observe(9, [1, 2], [1]));
    }

    [Fact]
    public void Observe_MemberThatKeepsWhatItShouldGiveBack_SaysSo()
    {
        Assert.False(Observe(0, [1], [1, 2]));
        Assert.True(Observe(8, [1], [1, 2]));
    }

    [Fact]
    public void Observe_DifferencesThatChange_AreAHandoverUnderWay()
    {
        Assert.False(Observe(0, [1, 2], [1]));
        Assert.False(Observe(6, [1, 2, 3], [1]));
        Assert.False(Observe(12, [1, 2, 3], [1, 2]));
        Assert.False(Observe(18, [1, 2, 3], [1, 2, 3]));
        Assert.False(Observe(60, [1, 2], [1, 2, 3]));
    }

    [Fact]
    public void Observe_CoordinatorThatDoesNotSay_IsNoDifference()
    {
        Assert.False(Observe(0, [1, 2], [1]));
        Assert.False(Observe(4, null, [1]));
        Assert.False(Observe(9, [1, 2], [1]));
    }

    private bool Observe(int seconds, int[]? believed, int[] held) => _drift.Observe(TimeSpan.FromSeconds(seconds), believed is null ? null : Set(believed), Set(held));

    private static HashSet<TopicPartition> Set(int[] partitions) => [.. partitions.Select(partition => new TopicPartition("t", partition))];
}
