namespace StreamSocial.AppHost.Topology;

internal static class ServiceExtensions
{
    /// <summary>What every service has: an HTTP endpoint, a health check, an icon, and named links on the Aspire dashboard.</summary>
    /// <param name="service">The service.</param>
    /// <param name="icon">Name of a Fluent UI icon.</param>
    /// <param name="home">Text of the link to its root; null when there is nothing to see.</param>
    public static IResourceBuilder<ProjectResource> WithService(this IResourceBuilder<ProjectResource> service, string icon, string? home = null)
    {
        service
            .StartedAsBuilt()
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
}
