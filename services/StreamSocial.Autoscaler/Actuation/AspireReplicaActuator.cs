using System.Globalization;
using System.Text.Json;
using Polly;
using StreamSocial.Autoscaler.Signals;

namespace StreamSocial.Autoscaler.Actuation;

/// <summary>The scale endpoint of the AppHost's control server.</summary>
internal sealed partial class AspireReplicaActuator(HttpClient http, ILogger<AspireReplicaActuator> logger) : IReplicaActuator
{
    private const string Scale = "v1/scale";

    public async Task<ScaleSignal?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var document = await http.GetFromJsonAsync<ScaleDocument>(Scale, cancellationToken);
            return document?.ToSignal();
        }
        catch (Exception exception) when (IsUnreachable(exception, cancellationToken))
        {
            LogUnreadable(logger, http.BaseAddress, exception.Message);
            return null;
        }
    }

    public async Task<ActuationResult> ApplyAsync(int replicas, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.PutAsJsonAsync(Scale, new ScaleRequest(replicas), cancellationToken);
            return response.IsSuccessStatusCode
                ? new ActuationResult(true, string.Create(CultureInfo.InvariantCulture, $"asked the orchestrator for {replicas} replicas"))
                : new ActuationResult(false, string.Create(CultureInfo.InvariantCulture, $"the orchestrator refused with status {(int)response.StatusCode}"));
        }
        catch (Exception exception) when (IsUnreachable(exception, cancellationToken))
        {
            return new ActuationResult(false, $"the orchestrator did not answer: {exception.Message}");
        }
    }

    // HttpClient reports its own timeout as a cancellation that nobody asked for.
    private static bool IsUnreachable(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or ExecutionRejectedException or JsonException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
