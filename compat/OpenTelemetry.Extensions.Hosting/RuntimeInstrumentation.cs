namespace OpenTelemetry.Metrics;

/// <summary>The runtime's own meter (GC, JIT, thread pool).</summary>
public static class RuntimeInstrumentation
{
    public static MeterProviderBuilder AddRuntimeInstrumentation(this MeterProviderBuilder builder) => builder.AddMeter("System.Runtime");
}
