using System.Collections.Immutable;
using Confluent.Kafka;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Groups;
using StreamSocial.Kafka.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Reads the topics of the catalogue and the groups that read them every few seconds, apart from the snapshots: beginnings and ends of thousands of logs are too much for each of them.</summary>
internal sealed partial class TopicMonitor(
    TopicReader reader, TopicCatalog catalog, ClusterMonitor cluster, ConsumerGroupReader groups, KafkaClientSettings settings, TimeProvider time, ILogger<TopicMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What is older is not known any more.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(20);

    private static readonly HashSet<string> DeadLetterTopics = [.. FeedGeneratorStages.Inputs.Select(DeadLetterTopic.NameOf)];

    private volatile TopicReports? _latest;
    private volatile GroupReports? _groups;
    private TopicsReading? _earlier;

    /// <summary>The latest reports; null when no broker has answered for some time.</summary>
    public TopicReports? Current => _latest is { } latest && time.GetUtcNow() - latest.At <= MaxAge ? latest : null;

    /// <summary>The consumer groups that read them; null when no coordinator has answered for some time.</summary>
    public GroupReports? Groups => _groups is { } latest && time.GetUtcNow() - latest.At <= MaxAge ? latest : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                await ReadAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends; no report outlives it.
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var reading = await reader.ReadAsync(catalog.Topics, ReadTimeout, cancellationToken);
            _latest = new TopicReports(reading.At, reading.Describe(_earlier, cluster.Sizes, settings.BootstrapServers)) { DeadLetters = CountDeadLetters(reading) };
            _earlier = reading;
            var known = await groups.ReadAsync(reading, cancellationToken);
            _groups = new GroupReports(reading.At, known?.Groups) { Unread = known?.Unread ?? [] };
        }
        catch (KafkaException e)
        {
            LogUnread(logger, e.Error.Reason);
        }
    }

    /// <summary>Null when a log's end is unknown.</summary>
    private static long? CountDeadLetters(TopicsReading reading)
    {
        var written = reading.Topics.Where(topic => topic.Partitions > 0 && DeadLetterTopics.Contains(topic.Spec.Name)).Select(topic => topic.Written).ToList();
        return written.Contains(null) ? null : written.Sum();
    }

    [LoggerMessage(LogLevel.Debug, "The topics or their groups are unknown: {Reason}")]
    private static partial void LogUnread(ILogger logger, string reason);
}

/// <summary>The topics of the catalogue at one moment.</summary>
internal sealed record TopicReports(DateTimeOffset At, ImmutableArray<TopicReport> Topics)
{
    /// <summary>Dead letters that were ever written; null when unknown.</summary>
    public long? DeadLetters { get; init; }
}

/// <summary>The consumer groups that read topics of the catalogue, at one moment; null on a cluster that does not list groups.</summary>
internal sealed record GroupReports(DateTimeOffset At, ImmutableArray<ConsumerGroup>? Groups)
{
    /// <summary>What is unknown of them, in words.</summary>
    public ImmutableArray<string> Unread { get; init; } = [];
}
