using System.Net.Http.Json;
using System.Text.Json;

namespace StreamSocial.Cli.Topology;

/// <summary>Talks to the control server of an AppHost.</summary>
internal sealed class ControlClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>A command answers when it is done: a broker may take long to stop in good order.</summary>
    private readonly HttpClient _commands = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };

    public Uri Address => address;

    public void Dispose()
    {
        _http.Dispose();
        _commands.Dispose();
    }

    /// <summary>Starts, stops or restarts a resource and returns when that is done.</summary>
    /// <exception cref="ToolException">The AppHost refused, or it failed.</exception>
    public async Task ExecuteAsync(string resource, string command, CancellationToken cancellationToken)
    {
        using var response = await _commands.PostAsync($"v1/resources/{resource}/commands/{command}", content: null, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new ToolException($"The AppHost did not {command} {resource}: {(int)response.StatusCode} {body}");
        }
    }

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
