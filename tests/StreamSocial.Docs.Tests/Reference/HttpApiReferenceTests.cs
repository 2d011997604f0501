using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace StreamSocial.Docs.Tests.Reference;

/// <summary>docs/reference/http-api.md, from the OpenAPI documents that the services serve.</summary>
public sealed class HttpApiReferenceTests
{
    private const string Introduction = """
        # HTTP API

        Generated from the services' OpenAPI documents; a test fails when it is out of date
        (`UPDATE_DOCS=1 dotnet test tests/StreamSocial.Docs.Tests` writes it again). A running service has
        the whole document at `/openapi/v1.json` and a page to read and try it at `/scalar`. Every service
        has `/health` (200 when it can do its work) and `/alive` (200 when the process runs) as well.

        The AppHost's control server is not in here: [scaling](../guides/scaling.md#by-hand) shows it.

        """;

    [Fact]
    public async Task Reference_OfHttpApi_IsWhatTheServicesServe()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var service in new[] { "ingest", "feed-generator", "autoscaler", "dashboard" })
        {
            var document = await ReadAsync(service);
            var info = document.GetProperty("info");
            text.Append(CultureInfo.InvariantCulture, $"\n## {info.GetProperty("title").GetString()}\n\n{GeneratedDocument.Wrap(info.GetProperty("description").GetString()!)}\n\n");
            text.Append("| Method | Path | Summary | Parameters | Answers |\n|---|---|---|---|---|\n");
            foreach (var path in document.GetProperty("paths").EnumerateObject().OrderBy(path => path.Name, StringComparer.Ordinal))
            {
                foreach (var operation in path.Value.EnumerateObject().Where(operation => operation.Value.ValueKind == JsonValueKind.Object))
                {
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"| {operation.Name.ToUpperInvariant()} | `{path.Name}` | {Text(operation.Value, "summary")} | {Parameters(operation.Value)} | {Answers(operation.Value)} |\n");
                }
            }
        }

        GeneratedDocument.Verify("http-api.md", text.ToString());
    }

    private static async Task<JsonElement> ReadAsync(string service)
    {
        var builder = ServiceApps.Create(service);
        await using var app = builder.Build();
        ServiceApps.Map(service, app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        return await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", TestContext.Current.CancellationToken);
    }

    private static string Parameters(JsonElement operation) => operation.TryGetProperty("parameters", out var parameters)
        ? string.Join(", ", parameters.EnumerateArray().Select(parameter => $"`{Text(parameter, "name")}` ({Text(parameter, "in")})"))
        : "";

    private static string Answers(JsonElement operation) => string.Join("; ", operation.GetProperty("responses").EnumerateObject()
        .OrderBy(answer => answer.Name, StringComparer.Ordinal)
        .Select(answer => $"{answer.Name} {Text(answer.Value, "description")}".TrimEnd()));

    private static string Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) ? GeneratedDocument.Cell(value.GetString()) : "";
}
