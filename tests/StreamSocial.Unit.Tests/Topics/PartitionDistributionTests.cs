using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Topics;

public sealed class PartitionDistributionTests
{
    [Fact]
    public void Of_EvenCounts_IsOneZeroZero()
    {
        var even = PartitionDistribution.Of([5, 5, 5, 5]);
        Assert.Equal(new PartitionDistribution(4, 20, 5, 0, 1, 0, 0), even);
    }

    [Fact]
    public void Of_AllInOne_IsTheExtreme()
    {
        var skewed = PartitionDistribution.Of([0, 0, 0, 8]);
        Assert.Equal(3, skewed.Empty);
        Assert.Equal(4, skewed.MaxToMean);
        Assert.Equal(Math.Sqrt(3), skewed.CoefficientOfVariation!.Value, 9);
        Assert.Equal(0.75, skewed.Gini!.Value, 9);
    }

    [Fact]
    public void Of_NothingThere_RatiosAreUnknown() =>
        Assert.Equal(new PartitionDistribution(2, 0, 0, 2, null, null, null), PartitionDistribution.Of([0, 0]));

    [Fact]
    public void Of_NoPartitionsOrNegative_Throws()
    {
        Assert.Throws<ArgumentException>(() => PartitionDistribution.Of([]));
        Assert.Throws<ArgumentException>(() => PartitionDistribution.Of([1, -1]));
    }
}
