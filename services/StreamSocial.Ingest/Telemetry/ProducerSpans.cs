using System.Diagnostics;
using Confluent.Kafka;

namespace StreamSocial.Ingest.Telemetry;

/// <summary>Producer spans after OpenTelemetry's messaging conventions: one for each record of a sampled request, from acceptance to acknowledgement.</summary>
internal static class ProducerSpans
{
    public const string SourceName = "StreamSocial.Ingest";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts a record's span as a child of the request's; null if that is not recorded.</summary>
    public static Activity? Start(string topic, int partition)
    {
        var request = Activity.Current;
        if (request is not { Recorded: true })
            return null;

        var span = Source.StartActivity($"send {topic}", ActivityKind.Producer, request.Context);

        // The spans of a request's records are siblings, so the request stays the current one.
        Activity.Current = request;
        span?.SetTag("messaging.system", "kafka")
            .SetTag("messaging.operation.name", "send")
            .SetTag("messaging.operation.type", "send")
            .SetTag("messaging.destination.name", topic)
            .SetTag("messaging.destination.partition.id", partition.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return span;
    }

    /// <summary>Ends a record's span.</summary>
    /// <param name="span">The span.</param>
    /// <param name="error">Null if the record was acknowledged.</param>
    public static void End(Activity span, Error? error)
    {
        if (error is not null)
        {
            span.SetStatus(ActivityStatusCode.Error, error.Reason);
            span.SetTag("error.type", error.Code.ToString());
        }

        // Stopping a span makes its predecessor current on this thread, which belongs to librdkafka and to no request.
        var current = Activity.Current;
        span.Stop();
        Activity.Current = current;
    }
}
