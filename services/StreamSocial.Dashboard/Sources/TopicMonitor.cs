using System.Collections.Immutable;
using Confluent.Kafka;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Reads the topics of the catalogue every few seconds, apart from the snapshots: beginnings and ends of thousands of logs are too much for each of them.</summary>
internal sealed partial class TopicMonitor(
    TopicReader reader, TopicCatalog catalog, KafkaClientSettings settings, TimeProvider time, ILogger<TopicMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What is older is not known any more.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(20);

    private volatile TopicReports? _latest;
    private TopicsReading? _earlier;

    /// <summary>The latest reports; null when no broker has answered for some time.</summary>
    public TopicReports? Current => _latest is { } latest && time.GetUtcNow() - latest.At <= MaxAge ? latest : null;

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
            _latest = new TopicReports(reading.At, reading.Describe(_earlier, sizes: null, settings.BootstrapServers));
            _earlier = reading;
        }
        catch (KafkaException e)
        {
            LogUnread(logger, e.Error.Reason);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The topics are unknown: {Reason}")]
    private static partial void LogUnread(ILogger logger, string reason);
}

/// <summary>The topics of the catalogue at one moment.</summary>
internal sealed record TopicReports(DateTimeOffset At, ImmutableArray<TopicReport> Topics);
