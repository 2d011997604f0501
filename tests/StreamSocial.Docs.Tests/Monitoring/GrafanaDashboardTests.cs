using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamSocial.Docs.Tests.Reference;

namespace StreamSocial.Docs.Tests.Monitoring;

/// <summary>deploy/grafana/dashboards, from <see cref="GrafanaDashboards"/> and the catalogue of rules.</summary>
public sealed class GrafanaDashboardTests
{
    private const int Width = 12;
    private const int Height = 8;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Dashboards_AllOfThem_AreWhatGrafanaIsGiven() => Assert.All(
        GrafanaDashboards.All,
        dashboard => GeneratedDocument.VerifyFile($"deploy/grafana/dashboards/{dashboard.Uid}.json", ToJson(dashboard).ToJsonString(Json) + "\n"));

    [Fact]
    public void Panels_OfAllDashboards_ReadMetricsThatThereAre()
    {
        var documented = PrometheusNames.Documented();
        Assert.All(
            GrafanaDashboards.All.SelectMany(dashboard => dashboard.Panels).SelectMany(panel => panel.Queries),
            // Grafana puts a duration there.
            query => Assert.Subset(documented.ToHashSet(), PromQl.MetricsOf(query.Expression.Replace("$__rate_interval", "5m", StringComparison.Ordinal)).ToHashSet()));
    }

    private static JsonObject ToJson(GrafanaDashboard dashboard) => new()
    {
        ["uid"] = dashboard.Uid,
        ["title"] = dashboard.Title,
        ["description"] = "Generated: see docs/guides/monitoring.md.",
        ["tags"] = new JsonArray("streamsocial"),
        ["schemaVersion"] = 39,
        ["editable"] = true,
        ["graphTooltip"] = 1,
        ["refresh"] = "10s",
        ["time"] = new JsonObject { ["from"] = "now-30m", ["to"] = "now" },
        ["templating"] = new JsonObject
        {
            ["list"] = new JsonArray(new JsonObject { ["name"] = "datasource", ["label"] = "Data source", ["type"] = "datasource", ["query"] = "prometheus" }),
        },
        ["links"] = new JsonArray(new JsonObject { ["title"] = "StreamSocial", ["type"] = "dashboards", ["tags"] = new JsonArray("streamsocial"), ["asDropdown"] = true }),
        ["panels"] = new JsonArray([.. dashboard.Panels.Select(ToJson)]),
    };

    private static JsonObject ToJson(GrafanaPanel panel, int index) => new()
    {
        ["id"] = index + 1,
        ["type"] = "timeseries",
        ["title"] = panel.Title,
        ["description"] = panel.Description ?? "",
        ["datasource"] = DataSource(),
        ["gridPos"] = new JsonObject { ["x"] = index % 2 * Width, ["y"] = index / 2 * Height, ["w"] = Width, ["h"] = Height },
        ["targets"] = new JsonArray([.. panel.Queries.Select((query, number) => new JsonObject
        {
            ["refId"] = ((char)('A' + number)).ToString(),
            ["datasource"] = DataSource(),
            ["expr"] = query.Expression,
            ["legendFormat"] = query.Legend,
        })]),
        ["fieldConfig"] = new JsonObject
        {
            ["defaults"] = new JsonObject
            {
                ["unit"] = panel.Unit,
                ["min"] = 0,
                // A gap is what is unknown; a line across it would be made up.
                ["custom"] = new JsonObject { ["spanNulls"] = false, ["thresholdsStyle"] = new JsonObject { ["mode"] = panel.Threshold is null ? "off" : "line" } },
                ["thresholds"] = Thresholds(panel),
            },
            ["overrides"] = new JsonArray(),
        },
        ["options"] = new JsonObject
        {
            ["legend"] = new JsonObject { ["displayMode"] = "list", ["placement"] = "bottom" },
            ["tooltip"] = new JsonObject { ["mode"] = "multi", ["sort"] = "desc" },
        },
    };

    private static JsonObject Thresholds(GrafanaPanel panel)
    {
        var steps = new JsonArray(new JsonObject { ["color"] = "green", ["value"] = null });
        if (panel.Threshold is { } threshold)
            steps.Add(new JsonObject { ["color"] = "red", ["value"] = threshold });
        return new() { ["mode"] = "absolute", ["steps"] = steps };
    }

    private static JsonObject DataSource() => new() { ["type"] = "prometheus", ["uid"] = "${datasource}" };
}
