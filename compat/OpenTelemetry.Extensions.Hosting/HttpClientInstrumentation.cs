using OpenTelemetry.Metrics;

namespace OpenTelemetry.Trace;

/// <summary>HttpClient's own activity source and meters.</summary>
public static class HttpClientInstrumentation
{
    public static TracerProviderBuilder AddHttpClientInstrumentation(this TracerProviderBuilder builder) => builder.AddSource("System.Net.Http");

    public static MeterProviderBuilder AddHttpClientInstrumentation(this MeterProviderBuilder builder) =>
        builder.AddMeter("System.Net.Http", "System.Net.NameResolution");
}
