using System.Text.Json;
using Polly;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Asks the AppHost's control server. What it does not say is null.</summary>
internal sealed partial class ControlClient(HttpClient http, ILogger<ControlClient> logger)
{
    public async Task<ScaleReading?> ReadScaleAsync(CancellationToken cancellationToken) =>
        await ReadAsync("v1/scale", cancellationToken) is { ValueKind: JsonValueKind.Object } scale
            ? new ScaleReading(
                Number(scale, "spec", "replicas"),
                Number(scale, "status", "replicas"),
                Number(scale, "status", "ready"),
                Number(scale, "minimum"),
                Number(scale, "maximum"))
            : null;

    public async Task<IReadOnlyList<ResourceReading>?> ReadResourcesAsync(CancellationToken cancellationToken) =>
        await ReadAsync("v1/resources", cancellationToken) is { ValueKind: JsonValueKind.Array } resources
            ? [.. resources.EnumerateArray().Select(Resource)]
            : null;

    private async Task<JsonElement?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (http.BaseAddress is null)
            return null;
        try
        {
            return await http.GetFromJsonAsync<JsonElement>(path, cancellationToken);
        }
        // HttpClient reports its own timeout as a cancellation that nobody asked for.
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogUnread(logger, http.BaseAddress, path, exception.Message);
            return null;
        }
    }

    private static ResourceReading Resource(JsonElement resource) => new(
        Text(resource, "name") ?? "",
        Text(resource, "type"),
        Text(resource, "state"),
        Text(resource, "health"),
        resource.TryGetProperty("urls", out var urls) && urls.ValueKind is JsonValueKind.Array
            ? [.. urls.EnumerateArray().Select(url => url.ValueKind is JsonValueKind.String ? url.GetString() : Text(url, "url")).OfType<string>()]
            : []);

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement parent, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (parent.ValueKind is not JsonValueKind.Object || !parent.TryGetProperty(name, out parent))
                return null;
        }
        return parent.ValueKind is JsonValueKind.Number && parent.TryGetInt32(out var value) ? value : null;
    }
}
