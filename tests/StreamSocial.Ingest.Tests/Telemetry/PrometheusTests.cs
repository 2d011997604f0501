using System.Net;

namespace StreamSocial.Ingest.Tests.Telemetry;

public sealed class PrometheusTests
{
    [Fact]
    public async Task Metrics_OptionSet_HoldIngestsMeter()
    {
        await using var host = await IngestHost.StartAsync("Telemetry:Prometheus=true");
        using var accepted = await host.PostActionsAsync(new { type = "post", userId = "ann" });
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);

        var metrics = await host.Client.GetStringAsync("/metrics");

        // A meter provider hears every meter of the process, and other tests of it run ingest too.
        Assert.Matches("""(?m)^streamsocial_ingest_accepted(_record)?s?_total\{[^}]*\} [1-9]""", metrics);
    }

    [Fact]
    public async Task Metrics_OptionNotSet_AreNotServed()
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.Client.GetAsync("/metrics");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
