using OpenTelemetry.Metrics;

namespace OpenTelemetry.Trace;

/// <summary>ASP.NET Core's own activity source and meters: .NET 10 sets the semantic conventions' attributes itself.</summary>
public static class AspNetCoreInstrumentation
{
    public static TracerProviderBuilder AddAspNetCoreInstrumentation(this TracerProviderBuilder builder)
    {
        // Off by default in .NET 10, so that the instrumentation package does not set the attributes a second time.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        return builder.AddSource("Microsoft.AspNetCore");
    }

    public static MeterProviderBuilder AddAspNetCoreInstrumentation(this MeterProviderBuilder builder) => builder.AddMeter(
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.Http.Connections",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.Diagnostics",
        "Microsoft.AspNetCore.RateLimiting");
}
