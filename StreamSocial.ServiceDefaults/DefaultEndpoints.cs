using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using StreamSocial.ServiceDefaults.Telemetry;

namespace StreamSocial.ServiceDefaults;

/// <summary>The endpoints that every service has: those that tell an orchestrator how it is, and the metrics to scrape.</summary>
public static class DefaultEndpoints
{
    /// <summary>Tag of the checks that say only whether the process is alive.</summary>
    public const string LiveTag = "live";

    private const string Health = "/health";
    private const string Alive = "/alive";
    private const string Metrics = "/metrics";

    /// <summary>
    /// <c>/health</c>: every check, that is, ready to serve. <c>/alive</c>: only those tagged <see cref="LiveTag"/>. <c>/metrics</c>: the
    /// metrics in Prometheus' text format, if <c>Telemetry:Prometheus</c> is set. None of them is traced or counted.
    /// </summary>
    public static void MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(Health).DisableHttpMetrics();
        app.MapHealthChecks(Alive, new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) }).DisableHttpMetrics();
        if (TelemetryExtensions.ExportsToPrometheus(app.Configuration))
            app.MapPrometheusScrapingEndpoint(Metrics).DisableHttpMetrics();
    }

    /// <summary>Whether a request is a probe or a scrape. They come every second or so; traced, they would be the most frequent traces.</summary>
    internal static bool IsProbe(HttpContext context) => context.Request.Path.Value is Health or Alive or Metrics;
}
