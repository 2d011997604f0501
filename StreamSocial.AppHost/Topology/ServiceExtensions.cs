using StreamSocial.AppHost.Startup;

namespace StreamSocial.AppHost.Topology;

internal static class ServiceExtensions
{
    private const string ExporterVariables = "OTEL_EXPORTER_OTLP_";

    /// <summary>What every service has: an HTTP endpoint, a health check, an icon, and named links on the Aspire dashboard.</summary>
    /// <param name="service">The service.</param>
    /// <param name="icon">Name of a Fluent UI icon.</param>
    /// <param name="home">Text of the link to its root; null when there is nothing to see.</param>
    public static IResourceBuilder<ProjectResource> WithService(this IResourceBuilder<ProjectResource> service, string icon, string? home = null)
    {
        service
            .StartedAsBuilt()
            .WithoutExporterToMissingDashboard()
            .WithHttpEndpoint()
            .WithHttpHealthCheck("/health")
            .WithIconName(icon)
            .WithUrlForEndpoint("http", url =>
            {
                url.DisplayText = home;
                url.DisplayLocation = home is null ? UrlDisplayLocation.DetailsOnly : UrlDisplayLocation.SummaryAndDetails;
            });
        return service;
    }

    /// <summary>
    /// Aspire lets services send their telemetry to its dashboard, also where there is none; each would end only after the time that its exporter waits for an answer.
    /// Without the dashboard, the <c>OTEL_EXPORTER_OTLP_…</c> variables of this process hold, which services inherit.
    /// </summary>
    private static IResourceBuilder<ProjectResource> WithoutExporterToMissingDashboard(this IResourceBuilder<ProjectResource> service) =>
        AspireEndpoints.IsDashboardEnabled(service.ApplicationBuilder.Configuration)
            ? service
            : service.WithEnvironment(context =>
            {
                foreach (var variable in context.EnvironmentVariables.Keys.Where(name => name.StartsWith(ExporterVariables, StringComparison.Ordinal)).ToArray())
                    context.EnvironmentVariables.Remove(variable);
            });
}
