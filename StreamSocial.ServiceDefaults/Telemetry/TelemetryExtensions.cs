using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace StreamSocial.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    private const string Sources = "StreamSocial.*";
    private const string Retries = "Polly";
    private const int MaxPartitions = 20_000;

    /// <summary>Traces, metrics and logs by OTLP if an endpoint is configured; metrics for Prometheus if <see cref="TelemetryOptions.Prometheus"/> is set.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<TelemetryOptions>()
            .BindConfiguration(TelemetryOptions.SectionName)
            .ValidateDataAnnotations();

        var exportsByOtlp = !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var exportsToPrometheus = ExportsToPrometheus(builder.Configuration);
        if (exportsByOtlp || exportsToPrometheus)
            builder.AddMetrics(exportsToPrometheus);
        if (exportsByOtlp)
            builder.AddTracesAndLogs().UseOtlpExporter();
    }

    /// <summary><see cref="TelemetryOptions.Prometheus"/> while the service is composed, before its options are checked together.</summary>
    public static bool ExportsToPrometheus(IConfiguration configuration) =>
        configuration.GetValue<bool>($"{TelemetryOptions.SectionName}:{nameof(TelemetryOptions.Prometheus)}");

    private static void AddMetrics(this IHostApplicationBuilder builder, bool exportsToPrometheus) =>
        builder.Services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(Sources, Retries)
                .AddView(instrument => IsByPartition(instrument) ? new MetricStreamConfiguration { CardinalityLimit = MaxPartitions } : null);
            if (exportsToPrometheus)
                metrics.AddPrometheusExporter();
        });

    /// <summary>Whether an instrument measures each partition of the input topics, which are more than the 2,000 series that an instrument has by default.</summary>
    private static bool IsByPartition(Instrument instrument) => instrument.Name.StartsWith("streamsocial.consumer.", StringComparison.Ordinal) || instrument.Name == "streamsocial.topic.appended";

    private static OpenTelemetryBuilder AddTracesAndLogs(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        return builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing
            .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !DefaultEndpoints.IsProbe(context))
            .AddHttpClientInstrumentation()
            .AddSource(Sources)
            .SetSampler(services => CreateSampler(services.GetRequiredService<IOptions<TelemetryOptions>>().Value)));
    }

    private static ParentBasedSampler CreateSampler(TelemetryOptions options) => new(new TraceIdRatioBasedSampler(options.TraceSampleRatio));
}
