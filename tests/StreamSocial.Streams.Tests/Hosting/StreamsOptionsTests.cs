using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tests.Cluster;

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

    /// <summary>Either at its limit goes with the other one's default.</summary>
    [Theory]
    [InlineData("00:00:10", null)]
    [InlineData(null, "00:00:01")]
    [InlineData("00:00:02", "00:00:02")]
    public void ReportInterval_NotLongerThanMembersExpireAfter_IsAccepted(string? reportInterval, string? expireAfter) => Validate(reportInterval, expireAfter);

    [Theory]
    [InlineData("00:00:10", "00:00:01")]
    [InlineData("00:00:02", "00:00:01.9")]
    public void ReportInterval_LongerThanMembersExpireAfter_IsRefused(string reportInterval, string expireAfter)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Validate(reportInterval, expireAfter));
        Assert.Contains($"Members:ExpireAfter is {TimeSpan.Parse(expireAfter, CultureInfo.InvariantCulture)}, less than Streams:ReportInterval", refused.Message, StringComparison.Ordinal);
    }

    private static void Validate(string? reportInterval, string? expireAfter)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = "nobody:1", ["Streams:MemberId"] = "member", ["Streams:ReportInterval"] = reportInterval, ["Members:ExpireAfter"] = expireAfter,
        }.Where(setting => setting.Value is not null));
        builder.AddStreams(TestTopics.Application);
        using var provider = builder.Services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }
}
