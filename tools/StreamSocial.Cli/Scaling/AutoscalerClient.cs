using System.Net.Http.Json;
using System.Text.Json;

namespace StreamSocial.Cli.Scaling;

/// <summary>Client of the autoscaler's override.</summary>
internal sealed class AutoscalerClient(HttpClient http, Uri autoscaler)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>Fixes the number of replicas, or pauses the scaling when it is null.</summary>
    /// <exception cref="ToolException">The autoscaler refused or did not answer.</exception>
    public Task SetAsync(int? replicas, TimeSpan? duration, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Put,
        JsonContent.Create(new { kind = replicas is null ? "paused" : "fixed", replicas, forSeconds = duration?.TotalSeconds }),
        cancellationToken);

    /// <summary>Ends the override.</summary>
    /// <exception cref="ToolException">The autoscaler refused or did not answer.</exception>
    public Task ResumeAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, null, cancellationToken);

    private async Task SendAsync(HttpMethod method, HttpContent? content, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Timeout);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(autoscaler, "v1/override")) { Content = content };
            using var response = await http.SendAsync(request, stop.Token);
            if (!response.IsSuccessStatusCode)
                throw new ToolException($"The autoscaler at {autoscaler} refused: {await ReadDetailAsync(response, stop.Token)}");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolException($"The autoscaler at {autoscaler} did not answer within {Timeout.TotalSeconds:0} s; whether it took the request is unknown.", e);
        }
        catch (HttpRequestException e)
        {
            throw new ToolException($"The autoscaler at {autoscaler} cannot be reached: {e.Message}", e);
        }
    }

    private static async Task<string> ReadDetailAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var problem = JsonDocument.Parse(body);
            return problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() ?? body : body;
        }
        catch (JsonException)
        {
            return $"{(int)response.StatusCode} {body}";
        }
    }
}
