using System.ComponentModel.DataAnnotations;

namespace StreamSocial.ServiceDefaults.Telemetry;

/// <summary>What of the telemetry leaves the process. Where to is OpenTelemetry's own <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; without it nothing is collected.</summary>
public sealed class TelemetryOptions
{
    public const string SectionName = "Telemetry";

    /// <summary>Share of the traces that begin here and are recorded. A trace that began elsewhere keeps its own decision (the sampled flag of <c>traceparent</c>).</summary>
    /// <value>Default 0.05; 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TraceSampleRatio { get; set; } = 0.05;
}
