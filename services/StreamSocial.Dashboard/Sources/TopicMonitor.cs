using System.Collections.Immutable;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Reads the topics of the catalogue. Beginnings and ends of thousands of logs are too much for each snapshot.</summary>
internal sealed class TopicMonitor(TopicReader reader, TopicCatalog catalog, ClusterMonitor cluster, KafkaClientSettings settings, TimeProvider time, ILogger<TopicMonitor> logger)
    : PollingMonitor<TopicReports>(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), time, logger)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    private TopicsReading? _earlier;

    protected override async Task<TopicReports?> ReadAsync(CancellationToken cancellationToken)
    {
        var reading = await reader.ReadAsync(catalog.Topics, ReadTimeout, cancellationToken);
        var reports = new TopicReports(reading, reading.Describe(_earlier, cluster.Sizes, settings.BootstrapServers));
        _earlier = reading;
        return reports;
    }
}

/// <summary>The topics of the catalogue at one moment.</summary>
/// <param name="Reading">What was read.</param>
/// <param name="Topics">What it says.</param>
internal sealed record TopicReports(TopicsReading Reading, ImmutableArray<TopicReport> Topics)
{
    private static readonly Dictionary<string, string> Inputs = FeedGeneratorStages.Inputs.ToDictionary(DeadLetterTopic.NameOf);

    /// <summary>By input topic, the dead letters that were ever written; null when a log's end is unknown. Without topics that do not exist.</summary>
    public ImmutableSortedDictionary<string, long?> DeadLetters { get; } = Reading.Topics
        .Where(topic => topic.Partitions > 0 && Inputs.ContainsKey(topic.Spec.Name)).ToImmutableSortedDictionary(topic => Inputs[topic.Spec.Name], topic => topic.Written, StringComparer.Ordinal);

    /// <summary>Those of all inputs; null when unknown.</summary>
    public long? AllDeadLetters => DeadLetters.Values.Contains(null) ? null : DeadLetters.Values.Sum();
}
