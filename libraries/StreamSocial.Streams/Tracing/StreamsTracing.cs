using System.Diagnostics;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tracing;

/// <summary>Creates the runtime's spans by OpenTelemetry's messaging conventions. An entry without a sampled trace costs nothing.</summary>
internal static class StreamsTracing
{
    public const string SourceName = "StreamSocial.Streams";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Continues the trace of an entry; null when it has no sampled trace.</summary>
    public static Activity? StartProcess(string? traceParent, TaskId task, long offset, string memberId, long epoch)
    {
        if (traceParent is null || !ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var parent)
            || !parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
            return null;
        var activity = Source.StartActivity($"process {task.Topic}", ActivityKind.Consumer, parent);
        return activity?
            .SetTag("messaging.system", "kafka")
            .SetTag("messaging.operation.name", "process")
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.destination.name", task.Topic)
            .SetTag("messaging.destination.partition.id", task.Partition.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .SetTag("messaging.kafka.offset", offset)
            .SetTag("messaging.client.id", memberId)
            .SetTag("streamsocial.assignment.epoch", epoch);
    }

    /// <summary>Starts the span of an entry emitted within the current span; null when that is not sampled.</summary>
    public static Activity? StartSend(string topic, int partition)
    {
        if (Activity.Current is not { Recorded: true } current || current.Source != Source)
            return null;
        var activity = Source.StartActivity($"send {topic}", ActivityKind.Producer);
        return activity?
            .SetTag("messaging.system", "kafka")
            .SetTag("messaging.operation.name", "send")
            .SetTag("messaging.operation.type", "send")
            .SetTag("messaging.destination.name", topic)
            .SetTag("messaging.destination.partition.id", partition.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
