using StreamSocial.Kafka.Producing;

namespace StreamSocial.Unit.Tests.Kafka.Producing;

/// <summary>How many producers a service needs.</summary>
public sealed class ProducerPoolPlannerTests
{
    /// <summary>A batch of each partition a linger, and one a round trip from each producer to each broker.</summary>
    [Theory]
    [InlineData(60, 3, 10, 50, 32, 4)]
    [InlineData(61, 3, 10, 50, 32, 5)]
    [InlineData(1, 3, 10, 50, 32, 1)]
    [InlineData(1000, 3, 10, 50, 32, 32)]
    [InlineData(60, 1, 10, 50, 32, 12)]
    public void Plan_Partitions_GivesAsManyAsTheyKeepBusy(int partitions, int brokers, int roundTripMs, int lingerMs, int max, int expected) =>
        Assert.Equal(expected, ProducerPoolPlanner.Plan(partitions, brokers, TimeSpan.FromMilliseconds(roundTripMs), TimeSpan.FromMilliseconds(lingerMs), max));

    [Theory]
    [InlineData(0, 3, 50, 32)]
    [InlineData(60, 0, 50, 32)]
    [InlineData(60, 3, 0, 32)]
    [InlineData(60, 3, 50, 0)]
    public void Plan_NothingToPlanFor_Throws(int partitions, int brokers, int lingerMs, int max) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ProducerPoolPlanner.Plan(partitions, brokers, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(lingerMs), max));
}
