using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Streams.Membership;

public sealed class LagCalculatorTests
{
    [Fact]
    public void Calculate_EverythingKnown_IsEndMinusPosition()
    {
        var lag = LagCalculator.Calculate(new TopicLogEnds("t", [10, 5, 0]), new PartitionPositions("t", [4, 5, 0]));
        Assert.Equal([6, 0, 0], lag.Records);
        Assert.Equal((6, 0, 6), (lag.TotalRecords, lag.UnknownPartitions, lag.KnownRecords));
    }

    [Fact]
    public void Calculate_SomethingUnknown_IsUnknownNeverZero()
    {
        var lag = LagCalculator.Calculate(new TopicLogEnds("t", [10, null, 7, 7]), new PartitionPositions("t", [4, 5, null]));
        Assert.Equal([6, null, null, null], lag.Records);
        Assert.Equal((null, 3, 6), (lag.TotalRecords, lag.UnknownPartitions, lag.KnownRecords));
    }

    [Fact]
    public void Calculate_NoPositions_AllUnknown() =>
        Assert.Equal(2, LagCalculator.Calculate(new TopicLogEnds("t", [1, 2]), null).UnknownPartitions);

    [Fact]
    public void Calculate_PositionPastAnOlderEnd_IsNoLag() =>
        Assert.Equal(0, LagCalculator.Calculate(new TopicLogEnds("t", [10]), new PartitionPositions("t", [12])).TotalRecords);
}
