using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Kafka.Topics;

public sealed class TopicReportTests
{
    private static readonly TopicSpec Spec = new("t", 1, CleanupPolicy.Delete, TimeSpan.FromDays(1), "");
    private static readonly TimeSpan Elapsed = TimeSpan.FromSeconds(5);

    [Fact]
    public void From_TwoReadings_TheRateIsWhatWasAppended() => Assert.Equal(20, RateOf(Read(900), Read(1_000)));

    /// <summary>What a topic has had all along was not appended since a reading that did not see it.</summary>
    [Fact]
    public void From_TheTopicWasMissingFromTheEarlierReading_TheRateIsUnknown() => Assert.Null(RateOf(new TopicState(Spec, 0, [], null), Read(1_000)));

    /// <summary>Many set Java's largest number for records that stay.</summary>
    [Theory]
    [InlineData("-1", -1L)]
    [InlineData("9223372036854775807", -1L)]
    [InlineData("922337203685477", 922337203685477L)]
    [InlineData("0", 0L)]
    [InlineData(null, null)]
    public void From_Retention_IsATimeOrForEver(string? setting, long? expected)
    {
        var settings = setting is null ? null : new TopicConfiguration(1, Spec.Configuration.SetItem("retention.ms", setting), new HashSet<string>());
        Assert.Equal(expected, TopicReport.From(new TopicState(Spec, 1, [], settings), null, Elapsed, null, "b:9092").RetentionMs);
    }

    private static double? RateOf(TopicState earlier, TopicState now) => TopicReport.From(now, earlier, Elapsed, null, "b:9092").RecordsPerSecond;

    private static TopicState Read(long nextOffset) => new(Spec, 1, [new LogRange(0, nextOffset)], null);
}
