using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Topics;

public sealed class PartitionSkewTests
{
    [Fact]
    public void OfRecords_FullestWithin20Percent_IsEven() =>
        Assert.Equal(SkewVerdict.Even, PartitionSkew.OfRecords([1000, 1000, 1150, 1000])!.Verdict);

    [Fact]
    public void OfRecords_FullestAbove20Percent_IsUnevenAndNamesIt()
    {
        var skew = PartitionSkew.OfRecords([1000, 1000, 1000, 9000])!;
        Assert.Equal((SkewVerdict.Uneven, 3, 3.0), (skew.Verdict, skew.Fullest, skew.MaxToMean));
    }

    [Fact]
    public void OfRecords_ChanceExplainsIt_IsTooFew() =>
        Assert.Equal(SkewVerdict.TooFew, PartitionSkew.OfRecords([1, 3, 2, 0])!.Verdict);

    [Fact]
    public void OfBytes_SameFigures_AreNoCounts() =>
        Assert.Equal(SkewVerdict.Uneven, PartitionSkew.OfBytes([1, 3, 2, 0])!.Verdict);

    [Fact]
    public void OfRecords_NothingOrOneUnknown_IsUnknown()
    {
        Assert.Null(PartitionSkew.OfRecords([0, 0]));
        Assert.Null(PartitionSkew.OfRecords([]));
        Assert.Null(PartitionSkew.OfRecords([5, null]));
    }
}
