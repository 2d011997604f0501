using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The real Aspire dashboard as a resource: traces, metrics and logs by OTLP. It knows nothing of the resources themselves.</summary>
internal static class AspireDashboard
{
    public const string ResourceName = "aspire-dashboard";

    /// <summary>Adds the dashboard where its program is.</summary>
    /// <returns>Its OTLP endpoint, or null where there is none.</returns>
    public static EndpointReference? AddTo(IDistributedApplicationBuilder builder)
    {
        var program = builder.Configuration["AspireDashboard:Path"] ?? AppHostMetadata.Find(builder.AppHostAssembly, "aspiredashboardpath");
        if (!File.Exists(program))
            return null;

        var port = builder.Configuration["AspireDashboard:Port"] is { Length: > 0 } text ? int.Parse(text) : (int?)null;
        var dashboard = builder.AddExecutable(ResourceName, program, Path.GetDirectoryName(program)!, "dashboard")
            .WithHttpEndpoint(port: port, name: "http")
            .WithHttpEndpoint(name: "otlp")
            .WithUrlForEndpoint("http", url => url.DisplayText = "Aspire dashboard");
        return dashboard
            .WithEnvironment("ASPNETCORE_URLS", dashboard.GetEndpoint("http"))
            .WithEnvironment("ASPNETCORE_ENVIRONMENT", "Production")
            .WithEnvironment("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", dashboard.GetEndpoint("otlp"))
            .WithEnvironment("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", "true")
            .WithEnvironment("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true")
            .GetEndpoint("otlp");
    }
}
