using System.ComponentModel.DataAnnotations;

namespace StreamSocial.ServiceDefaults.Telemetry;

/// <summary>
/// Which telemetry leaves the process. OpenTelemetry's own <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where traces, metrics and logs are sent;
/// without it they are not collected.
/// </summary>
public sealed class TelemetryOptions
{
    public const string SectionName = "Telemetry";

    /// <summary>Share of the traces that begin here and are recorded. A trace that began elsewhere keeps its own decision (the sampled flag of <c>traceparent</c>).</summary>
    /// <value>Default 0.05; 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TraceSampleRatio { get; set; } = 0.05;

    /// <summary>Whether <c>/metrics</c> offers the metrics in Prometheus' text format, with or without an OTLP endpoint, to whoever reaches the service. The AppHost turns it on for what it runs.</summary>
    /// <value>Default false.</value>
    public bool Prometheus { get; set; }
}
