using System.Collections.Frozen;
using System.Collections.Immutable;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Topics;

namespace StreamSocial.Dashboard.Sources.Demo;

/// <summary>The catalogue's topics with the made-up logs of the inputs; the others are empty, and somebody has changed the settings of one.</summary>
internal static class DemoCatalogue
{
    private const string Brokers = "localhost:9092";

    /// <param name="topics">The inputs.</param>
    /// <param name="at">Now.</param>
    /// <param name="earlier">What was described before; replaced.</param>
    public static TopicReports Describe(IReadOnlyList<DemoTopic> topics, DateTimeOffset at, ref TopicsReading? earlier)
    {
        var ends = topics.ToDictionary(topic => topic.Name, topic => topic.Ends, StringComparer.Ordinal);
        var states = StreamSocialTopics.For(TopologyProfile.Full).Topics.Select(spec =>
        {
            var values = spec.Configuration;
            if (spec.Name == topics[0].Name)
                values = values.SetItem("retention.ms", "3600000");
            var ranges = ends.TryGetValue(spec.Name, out var logs) ? logs.NextOffsets() : [.. Enumerable.Repeat(new LogRange(0, 0), spec.Partitions)];
            return new TopicState(spec, spec.Partitions, ranges, new TopicConfiguration(spec.ReplicationFactor, values, values.Keys.ToFrozenSet(StringComparer.Ordinal)));
        });
        var reading = new TopicsReading(at, [.. states]);
        var reports = new TopicReports(reading, reading.Describe(earlier, sizes: null, Brokers));
        earlier = reading;
        return reports;
    }

    private static ImmutableArray<LogRange> NextOffsets(this IEnumerable<long?> ends) => [.. ends.Select(end => new LogRange(0, end))];
}
