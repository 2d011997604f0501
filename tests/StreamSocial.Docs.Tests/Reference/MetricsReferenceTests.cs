using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using StreamSocial.Docs.Tests.Monitoring;

namespace StreamSocial.Docs.Tests.Reference;

/// <summary>docs/reference/metrics.md, from the instruments that the services create.</summary>
public sealed class MetricsReferenceTests
{
    private const string Introduction = """
        # Metrics

        Generated from the services' own instruments; a test fails when it is out of date
        (`UPDATE_DOCS=1 dotnet test tests/StreamSocial.Docs.Tests` writes it again). They go where
        `OTEL_EXPORTER_OTLP_ENDPOINT` says, and to `/metrics` with `Telemetry:Prometheus=true`, which the
        AppHost sets; there a histogram has the suffixes `_bucket`, `_sum` and `_count`. The .NET runtime,
        ASP.NET Core, HTTP clients and Aspire's Kafka clients add theirs. What is unknown is not measured.

        """;

    [Fact]
    public async Task Reference_OfMetrics_IsWhatTheServicesCreate()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var service in new[] { "ingest", "feed-generator", "autoscaler", "dashboard" })
        {
            var instruments = await ServiceInstruments.ReadAsync(service);
            Assert.NotEmpty(instruments);
            text.Append(CultureInfo.InvariantCulture, $"\n## {service}\n\n| Name | In Prometheus | Unit | Kind | What it says |\n|---|---|---|---|---|\n");
            foreach (var instrument in instruments.OrderBy(instrument => instrument.Name, StringComparer.Ordinal))
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{instrument.Name}` | `{PrometheusNames.Of(instrument)}` | `{instrument.Unit}` | {Kind(instrument)} | {GeneratedDocument.Cell(instrument.Description?.TrimEnd('.'))} |\n");
            }
        }

        GeneratedDocument.Verify("metrics.md", text.ToString());
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
