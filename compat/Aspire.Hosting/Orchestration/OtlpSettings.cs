using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration;

/// <summary>Where resources send their telemetry: to the Aspire dashboard that runs beside them, or to what the configuration names.</summary>
/// <param name="dashboard">The OTLP endpoint of the Aspire dashboard; null where it does not run.</param>
/// <param name="dashboardDisabled">Whether it was switched off. Otherwise the configured address is the one that a launch profile gives to the dashboard, and
/// without the dashboard nobody listens there.</param>
internal sealed class OtlpSettings(IConfiguration configuration, EndpointReference? dashboard, bool dashboardDisabled)
{
    public void AddTo(Dictionary<string, object> variables, string resourceName)
    {
        if (resourceName == AspireDashboard.ResourceName || Find() is not var (endpoint, protocol))
            return;

        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        variables["OTEL_SERVICE_NAME"] = resourceName;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={resourceName}";
        // Shown a second later rather than a minute.
        variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
    }

    private (object Endpoint, string Protocol)? Find()
    {
        if (dashboard is not null)
            return (dashboard, "grpc");

        if (!dashboardDisabled)
            return null;

        if (configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] is { Length: > 0 } grpc)
            return (grpc, "grpc");

        return configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] is { Length: > 0 } http ? (http, "http/protobuf") : null;
    }
}
