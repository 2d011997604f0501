using System.Net.Http.Json;
using System.Text.Json;

namespace StreamSocial.Cli.Topology;

/// <summary>Talks to the control server of an AppHost.</summary>
internal sealed class ControlClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };

    public Uri Address => address;

    public void Dispose() => _http.Dispose();

    /// <summary>All resources; null while the control server does not answer yet.</summary>
    public async Task<IReadOnlyList<ResourceInfo>?> TryReadResourcesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _http.GetFromJsonAsync<List<ResourceInfo>>("v1/resources", JsonSerializerOptions.Web, cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Asks for a number of feed generators; they come and go after the answer.</summary>
    /// <exception cref="ToolException">The AppHost refused.</exception>
    public async Task ScaleAsync(int replicas, CancellationToken cancellationToken)
    {
        using var response = await _http.PutAsJsonAsync("v1/scale", new { replicas }, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new ToolException($"The AppHost refused to scale to {replicas} feed generators with {(int)response.StatusCode}: {body}");
        }
    }

    /// <summary>Bootstrap servers of the topology's Kafka.</summary>
    /// <exception cref="ToolException">The AppHost does not say.</exception>
    public async Task<string> ReadBootstrapServersAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<KafkaInfo>("v1/kafka", JsonSerializerOptions.Web, cancellationToken))?.BootstrapServers
        ?? throw new ToolException($"The AppHost at {address} does not say where Kafka is.");

    private sealed record KafkaInfo(string? BootstrapServers);
}
