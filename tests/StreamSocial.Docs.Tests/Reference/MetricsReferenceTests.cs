using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamSocial.Streams.Reading;

namespace StreamSocial.Docs.Tests.Reference;

/// <summary>docs/reference/metrics.md, from the instruments that the services create.</summary>
public sealed class MetricsReferenceTests
{
    private const string Introduction = """
        # Metrics

        Generated from the services' own instruments; a test fails when it is out of date
        (`UPDATE_DOCS=1 dotnet test tests/StreamSocial.Docs.Tests` writes it again). They go where
        `OTEL_EXPORTER_OTLP_ENDPOINT` says, and to `/metrics` with `Telemetry:Prometheus=true`. The .NET
        runtime, ASP.NET Core, HTTP clients and Aspire's Kafka clients add theirs.

        """;

    [Fact]
    public async Task Reference_OfMetrics_IsWhatTheServicesCreate()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var service in new[] { "ingest", "feed-generator", "autoscaler" })
        {
            var instruments = await ReadAsync(service);
            Assert.NotEmpty(instruments);
            text.Append(CultureInfo.InvariantCulture, $"\n## {service}\n\n| Name | Unit | Kind | What it says |\n|---|---|---|---|\n");
            foreach (var instrument in instruments.OrderBy(instrument => instrument.Name, StringComparer.Ordinal))
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{instrument.Name}` | `{instrument.Unit}` | {Kind(instrument)} | {GeneratedDocument.Cell(instrument.Description?.TrimEnd('.'))} |\n");
            }
        }

        GeneratedDocument.Verify("metrics.md", text.ToString());
    }

    /// <summary>The instruments that a service's classes of metrics create; nothing is measured, so no broker is asked.</summary>
    private static async Task<IReadOnlyList<Instrument>> ReadAsync(string service)
    {
        var builder = ServiceApps.Create(service);
        var metrics = builder.Services.Select(descriptor => descriptor.ServiceType)
            .Where(type => type.Namespace?.StartsWith("StreamSocial.", StringComparison.Ordinal) == true && type.Name.EndsWith("Metrics", StringComparison.Ordinal))
            .Distinct().ToArray();
        await using var app = builder.Build();
        var factory = app.Services.GetRequiredService<IMeterFactory>();
        var found = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                // Tests run at the same time: only the meters of this service count.
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name.StartsWith("StreamSocial", StringComparison.Ordinal))
                    found.Add(instrument);
            },
        };
        listener.Start();
        foreach (var type in metrics)
            app.Services.GetRequiredService(type);
        // The runtime creates its instruments when it starts, which it does before it connects to anything.
        if (app.Services.GetService<ITaskReader>() is IHostedService runtime)
            await runtime.StartAsync(TestContext.Current.CancellationToken);
        return found;
    }

    private static string Kind(Instrument instrument)
    {
        var name = instrument.GetType().Name.Split('`')[0].Replace("Observable", "");
        return name switch
        {
            "UpDownCounter" => "up-down counter",
            _ => name.ToLowerInvariant(),
        };
    }
}
