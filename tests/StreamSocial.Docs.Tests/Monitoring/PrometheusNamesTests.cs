using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamSocial.ServiceDefaults;

namespace StreamSocial.Docs.Tests.Monitoring;

public sealed class PrometheusNamesTests
{
    [Fact]
    public async Task Of_EachKindAndUnit_IsWhatTheExporterWrites()
    {
        var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", "--Telemetry:Prometheus=true"]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        app.MapDefaultEndpoints();
        await app.StartAsync(TestContext.Current.CancellationToken);
        var meter = app.Services.GetRequiredService<IMeterFactory>().Create("StreamSocial.Names");
        var counter = meter.CreateCounter<long>("test.names.sent.messages", "{message}");
        var histogram = meter.CreateHistogram<double>("test.names.duration", "s");
        counter.Add(1);
        histogram.Record(1);
        Instrument[] instruments =
        [
            counter, histogram,
            meter.CreateObservableCounter("test.names.size", () => 1L, "By"),
            meter.CreateObservableCounter("test.names.paused_time", () => 1.0, "s"),
            meter.CreateObservableUpDownCounter("test.names.depth", () => 1L, "{record}"),
            meter.CreateObservableGauge("test.names.age", () => 1.0, "s"),
            meter.CreateObservableGauge("test.names.used_ratio", () => 1.0, "1"),
            meter.CreateObservableGauge("test.names.arrival", () => 1.0, "{record}/s"),
            meter.CreateObservableGauge("test.names.leaders", () => 1L, "{partition}"),
        ];

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var metrics = await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        var written = metrics.Split('\n').Where(line => line.StartsWith("# TYPE test_names", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]);
        Assert.Equal(instruments.Select(PrometheusNames.Of).Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }
}
