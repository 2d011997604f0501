using System.Net.Http.Json;

namespace StreamSocial.Control;

/// <summary>Client of the autoscaler's override. Thread-safe.</summary>
/// <param name="http">Sends the requests; its own timeout should be infinite, since this class bounds each call.</param>
/// <param name="endpoint">Base address of the autoscaler.</param>
/// <param name="token">The control token; null for none.</param>
/// <param name="time">The clock of the timeouts.</param>
public sealed class OverrideClient(HttpClient http, Uri endpoint, string? token, TimeProvider time)
{
    /// <summary>Longer than the autoscaler waits for the brokers, which must have the override before it holds.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly ControlRequests _requests = new(http, token, time);

    /// <summary>Fixes the number of replicas or pauses the scaling.</summary>
    /// <exception cref="ControlException">It was refused, or it is unknown whether it was accepted.</exception>
    public Task SetAsync(OverrideRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, JsonContent.Create(request, ControlJson.Default.OverrideRequest), cancellationToken);

    /// <summary>Lets the autoscaler decide by itself again.</summary>
    /// <exception cref="ControlException">It is unknown whether it does.</exception>
    public Task ResumeAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, null, cancellationToken);

    private Task<bool> SendAsync(HttpMethod method, HttpContent? content, CancellationToken cancellationToken) =>
        _requests.SendAsync(method, new Uri(endpoint, "v1/override"), content, Timeout, static (_, _) => Task.FromResult(true), cancellationToken);
}
