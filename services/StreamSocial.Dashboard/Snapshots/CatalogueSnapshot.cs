using System.Collections.Immutable;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Kafka.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>The topics of the catalogue as they are in the cluster.</summary>
/// <param name="At">When they were read, in Unix milliseconds.</param>
/// <param name="Topics">In the order of the catalogue.</param>
internal sealed record CatalogueSnapshot(long At, ImmutableArray<CatalogueTopicSnapshot> Topics)
{
    public static CatalogueSnapshot From(TopicReports reports) =>
        new(reports.Reading.At.ToUnixTimeMilliseconds(), [.. reports.Topics.Select(CatalogueTopicSnapshot.From)]);
}

/// <summary>A topic of the catalogue; null is unknown.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Purpose">Its content and key.</param>
/// <param name="Partitions">Its partitions; 0 when it does not exist.</param>
/// <param name="Cleanup"><c>delete</c>, <c>compact</c> or <c>compact,delete</c>.</param>
/// <param name="RetentionMs">How long records are kept, in milliseconds; -1 for ever.</param>
/// <param name="Records">Offsets between the beginnings and the ends of its logs.</param>
/// <param name="Bytes">Bytes of one copy of its logs.</param>
/// <param name="Rate">Records per second appended.</param>
/// <param name="ByRecords">How uneven its partitions are by records; null without records.</param>
/// <param name="ByBytes">The same by bytes.</param>
/// <param name="Drifts">Where it is not what the catalogue has; null when its settings are unknown.</param>
/// <param name="Mend">The command that mends its settings; null when there is nothing that a command mends.</param>
internal sealed record CatalogueTopicSnapshot(
    string Name, string Purpose, int Partitions, string? Cleanup, long? RetentionMs, long? Records, long? Bytes, double? Rate, SkewSnapshot? ByRecords, SkewSnapshot? ByBytes,
    ImmutableArray<TopicDrift>? Drifts, string? Mend)
{
    public static CatalogueTopicSnapshot From(TopicReport topic) => new(
        topic.Name, topic.Purpose, topic.Partitions, topic.Cleanup, topic.RetentionMs, topic.Records, topic.Bytes, topic.RecordsPerSecond,
        SkewSnapshot.From(topic.ByRecords), SkewSnapshot.From(topic.ByBytes), topic.Drifts, topic.Mend);
}

/// <summary>How uneven a topic's partitions are.</summary>
/// <param name="MaxToMean">Fullest over mean; 1 is even.</param>
/// <param name="Variation">Standard deviation over mean; 0 is even.</param>
/// <param name="Fullest">Number of the fullest partition.</param>
/// <param name="Verdict">What the 20 % rule says: even, uneven, or tooFew where chance alone explains it.</param>
internal sealed record SkewSnapshot(double MaxToMean, double Variation, int Fullest, string Verdict)
{
    public static SkewSnapshot? From(PartitionSkew? skew) =>
        skew is null ? null : new SkewSnapshot(skew.MaxToMean, skew.CoefficientOfVariation, skew.Fullest, CauseSnapshot.CodeOf(skew.Verdict));
}
