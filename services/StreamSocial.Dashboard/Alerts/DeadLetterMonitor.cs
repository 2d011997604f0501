using System.Collections.Immutable;
using StreamSocial.Alerts.Evaluation;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Lag;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>Counts what comes to the topics of dead letters.</summary>
internal sealed class DeadLetterMonitor(LogEndReader logEnds, TopicCatalog catalog, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, string> _inputs = FeedGeneratorStages.Inputs.ToDictionary(DeadLetterTopic.NameOf);

    private readonly Dictionary<string, GrowthWindow> _windows = [];

    /// <summary>By input topic, the dead letters of the last ten minutes; null for one that is unknown. Null before the first reading.</summary>
    public ImmutableSortedDictionary<string, GrowthSignal?>? Current { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        (string, int)[] topics = [.. _inputs.Keys.Select(topic => (topic, catalog[topic].Partitions))];
        try
        {
            do
            {
                var ends = await logEnds.ReadAsync(topics, ReadTimeout, stoppingToken);
                Current = ends.ToImmutableSortedDictionary(topic => _inputs[topic.Topic], Growth, StringComparer.Ordinal);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends; no state outlives it.
        }
    }

    private GrowthSignal? Growth(TopicLogEnds topic)
    {
        if (topic.NextOffsets.IsEmpty || topic.NextOffsets.Contains(null))
            return null;
        if (!_windows.TryGetValue(topic.Topic, out var window))
            _windows[topic.Topic] = window = new GrowthWindow(Window);
        return window.Add(time.GetUtcNow(), topic.NextOffsets.Sum() ?? 0);
    }
}
