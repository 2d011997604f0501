namespace StreamSocial.Streams.Tests.Hosting;

public sealed class StreamsOptionsTests
{
    [Fact]
    public void LaneCount_NotConfigured_IsOneForEachCore() =>
        Assert.Equal(Math.Min(Environment.ProcessorCount, 64), new StreamsOptions().LaneCount);

    [Fact]
    public void RestoreThreadCount_NotConfigured_IsOneForTwoCores() =>
        Assert.Equal(Math.Clamp(Environment.ProcessorCount / 2, 1, 64), new StreamsOptions().RestoreThreadCount);

    [Fact]
    public void ThreadCounts_Configured_AreThose()
    {
        var options = new StreamsOptions { Lanes = 7, RestoreThreads = 9 };
        Assert.Equal((7, 9), (options.LaneCount, options.RestoreThreadCount));
    }
}
