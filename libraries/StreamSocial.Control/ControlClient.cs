using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;

namespace StreamSocial.Control;

/// <summary>Client of the AppHost's control server. Thread-safe.</summary>
/// <remarks>
/// Every method throws <see cref="ControlException"/> when the server refuses, does not answer in time, or answers with something else: a
/// caller that can live without the answer treats it as unknown.
/// </remarks>
/// <param name="http">Sends the requests; its own timeout should be infinite, since this class bounds each call.</param>
/// <param name="options">Address and timeouts.</param>
/// <param name="time">The clock of the timeouts.</param>
public sealed class ControlClient(HttpClient http, IOptions<ControlOptions> options, TimeProvider time)
{
    private const string Scale = "v1/scale";
    private const string Resources = "v1/resources";
    private const string Kafka = "v1/kafka";

    private readonly ControlOptions _options = options.Value;
    private readonly ControlRequests _requests = new(http, options.Value.Token, time);

    /// <summary>Base address of the server; null when none is configured, and every call fails.</summary>
    public Uri? Endpoint => _options.Endpoint;

    /// <summary>Reads how many replicas are wanted and how many there are.</summary>
    /// <exception cref="ControlException">The scale is unknown.</exception>
    public Task<ScaleDocument> GetScaleAsync(CancellationToken cancellationToken) =>
        GetAsync(Scale, ControlJson.Default.ScaleDocument, cancellationToken);

    /// <summary>Asks for a number of replicas; returns when the request is accepted, not when they run.</summary>
    /// <exception cref="ControlException">The number was refused, or it is unknown whether it was accepted.</exception>
    public Task SetReplicasAsync(int replicas, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Put,
        Scale,
        JsonContent.Create(new ScaleSpec(replicas), ControlJson.Default.ScaleSpec),
        _options.Timeout,
        static (_, _) => Task.FromResult(true),
        cancellationToken);

    /// <summary>Reads the state of all resources.</summary>
    /// <exception cref="ControlException">The resources are unknown.</exception>
    public Task<IReadOnlyList<ResourceDocument>> GetResourcesAsync(CancellationToken cancellationToken) =>
        GetAsync(Resources, ControlJson.Default.IReadOnlyListResourceDocument, cancellationToken);

    /// <summary>Starts, stops or restarts a resource and returns when that is done.</summary>
    /// <exception cref="ControlException">The command was refused or failed, or its outcome is unknown.</exception>
    public Task ExecuteAsync(string resource, ResourceCommand command, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post,
        $"{Resources}/{Uri.EscapeDataString(resource)}/commands/{command.ToString().ToLowerInvariant()}",
        content: null,
        _options.CommandTimeout,
        static (_, _) => Task.FromResult(true),
        cancellationToken);

    /// <summary>Reads where the brokers are; the server answers when they have addresses.</summary>
    /// <exception cref="ControlException">The addresses are unknown.</exception>
    public async Task<string> GetBootstrapServersAsync(CancellationToken cancellationToken) =>
        (await GetAsync(Kafka, ControlJson.Default.KafkaDocument, cancellationToken)).BootstrapServers
        ?? throw new ControlException($"The control server at {Endpoint} does not say where Kafka is.");

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Get,
        path,
        content: null,
        _options.Timeout,
        async (answer, token) => await answer.ReadFromJsonAsync(type, token) ?? throw new JsonException("It is null."),
        cancellationToken);

    private Task<T> SendAsync<T>(
        HttpMethod method, string path, HttpContent? content, TimeSpan timeout, Func<HttpContent, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        Endpoint is null
            ? throw new ControlException($"There is no control server to ask; set {ControlOptions.SectionName}:{nameof(ControlOptions.Endpoint)}.")
            : _requests.SendAsync(method, new Uri(Endpoint, path), content, timeout, read, cancellationToken);
}
