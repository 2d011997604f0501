using System.Diagnostics.Metrics;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Streams.Hosting;

/// <summary>
/// The runtime's durations, recorded as things happen; <see cref="StreamsMetrics"/> has what is read when somebody asks. Thread-safe. Nothing is recorded for each
/// entry: a lane processes more than 100,000 a second, so processing is measured by poll and input topic.
/// </summary>
internal sealed class StreamsInstruments
{
    /// <summary>Bounds of the durations of whole operations on state, in seconds: most are far below one, a full restore may take minutes.</summary>
    private static readonly double[] OperationBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

    /// <summary>The bounds that the semantic conventions advise, and finer ones: a poll of few records takes microseconds.</summary>
    private static readonly double[] ProcessBounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5];

    private readonly string _group;
    private readonly Histogram<double> _process;
    private readonly Histogram<double> _checkpoint;
    private readonly Histogram<double> _restore;
    private readonly Histogram<double> _rebalance;
    private readonly Counter<long> _rebalances;
    private readonly Counter<double> _restoring;

    /// <param name="meter">The runtime's meter.</param>
    /// <param name="group">The consumer group.</param>
    public StreamsInstruments(Meter meter, string group)
    {
        _group = group;
        _process = Duration(
            "messaging.process.duration", "Time that a lane processed the records of one poll of one input topic; a poll returns up to thousands of records", ProcessBounds);
        _checkpoint = Duration("streamsocial.streams.checkpoint.duration", "From the capture of a task's state until its checkpoint is durable", OperationBounds);
        _restore = Duration("streamsocial.streams.restore.duration", "From a task's assignment until its state is restored, the wait for its turn included, by what it was restored from", OperationBounds);
        _rebalance = Duration(
            "streamsocial.streams.rebalance.duration", "What a change of the assignment took this member, by kind: ready: from the last assignment until all of its tasks run; revoked: to hand them over", OperationBounds);
        _rebalances = meter.CreateCounter<long>("streamsocial.streams.rebalances", "{rebalance}", "Changes of this member's assignment, by kind: assigned, revoked or lost");
        _restoring = meter.CreateCounter<double>(
            "streamsocial.streams.restoring_time", "s", "Partition-seconds in which this member owned partitions whose state was not restored yet, counted when it is");

        Histogram<double> Duration(string name, string description, double[] bounds) =>
            meter.CreateHistogram<double>(name, "s", description, advice: new() { HistogramBucketBoundaries = bounds });
    }

    /// <summary>The tags of a measurement of processing.</summary>
    public KeyValuePair<string, object?>[] ProcessTagsOf(string topic) => MessagingTags.Of("process", topic, _group);

    /// <summary>A poll's records of one topic were processed.</summary>
    /// <param name="duration">What it took.</param>
    /// <param name="tags">The topic's (<see cref="ProcessTagsOf"/>).</param>
    public void Processed(TimeSpan duration, KeyValuePair<string, object?>[] tags) => _process.Record(duration.TotalSeconds, tags);

    /// <summary>A checkpoint is durable.</summary>
    public void Checkpointed(string topic, TimeSpan duration) => _checkpoint.Record(duration.TotalSeconds, Topic(topic));

    /// <summary>A task's state is restored.</summary>
    /// <param name="topic">Its input.</param>
    /// <param name="duration">Since its assignment.</param>
    /// <param name="isWarm">Whether it continued from a state that the member had already.</param>
    public void Restored(string topic, TimeSpan duration, bool isWarm)
    {
        _restore.Record(duration.TotalSeconds, Topic(topic), new("from", isWarm ? "warm" : "changelog"));
        _restoring.Add(duration.TotalSeconds, Topic(topic));
    }

    /// <summary>The member's assignment changed, or all of it runs.</summary>
    public void Rebalanced(RebalanceEventType type, TimeSpan duration)
    {
        var kind = new KeyValuePair<string, object?>("kind", type switch
        {
            RebalanceEventType.Assigned => "assigned",
            RebalanceEventType.Revoked => "revoked",
            RebalanceEventType.Lost => "lost",
            _ => "ready",
        });
        if (type != RebalanceEventType.Ready)
            _rebalances.Add(1, kind);
        if (type is RebalanceEventType.Ready or RebalanceEventType.Revoked)
            _rebalance.Record(duration.TotalSeconds, kind);
    }

    private static KeyValuePair<string, object?> Topic(string topic) => new("topic", topic);
}

/// <summary>The tags of OpenTelemetry's semantic conventions for messaging.</summary>
internal static class MessagingTags
{
    /// <param name="operation">Name of the operation.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The consumer group; null for a producer.</param>
    public static KeyValuePair<string, object?>[] Of(string operation, string topic, string? group = null)
    {
        KeyValuePair<string, object?>[] tags = [new("messaging.system", "kafka"), new("messaging.operation.name", operation), new("messaging.destination.name", topic)];
        return group is null ? tags : [.. tags, new("messaging.consumer.group.name", group)];
    }
}
