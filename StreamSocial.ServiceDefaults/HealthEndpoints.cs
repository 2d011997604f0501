using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;

namespace StreamSocial.ServiceDefaults;

/// <summary>The endpoints that tell an orchestrator how a service is.</summary>
public static class HealthEndpoints
{
    /// <summary>Tag of the checks that say only whether the process is alive.</summary>
    public const string LiveTag = "live";

    /// <summary><c>/health</c>: every check, that is, ready to serve. <c>/alive</c>: only those tagged <see cref="LiveTag"/>. Neither is traced or counted.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.Use(ForgetProbes);
        app.MapHealthChecks("/health").DisableHttpMetrics();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) }).DisableHttpMetrics();
        return app;
    }

    private static Task ForgetProbes(HttpContext context, RequestDelegate next)
    {
        // Probes come every second; a recorded one would be the most frequent trace there is.
        if ((context.Request.Path == "/health" || context.Request.Path == "/alive") && Activity.Current is { } activity)
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;

        return next(context);
    }
}
