using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StreamSocial.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Overrides;

/// <summary>Client of the autoscaler's <c>/v1/override</c>.</summary>
/// <param name="http">Finds the autoscaler by service discovery, and bounds each request.</param>
/// <param name="configuration">Says whether there is an address to find.</param>
/// <param name="control">Has the token that the autoscaler asks for.</param>
internal sealed class AutoscalerClient(HttpClient http, IConfiguration configuration, IOptions<ControlOptions> control) : IOverrides
{
    /// <summary>Name of the service.</summary>
    public const string Service = "autoscaler";

    /// <summary>Where its address is configured.</summary>
    public const string AddressKey = $"services:{Service}:http:0";

    private const string Path = "v1/override";

    /// <summary>Longest part of a refusal that is passed on.</summary>
    private const int MaxDetailChars = 500;

    public Task<OverrideDocument> GetAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, null, ReadAsync, cancellationToken);

    public Task<OverrideDocument> SetAsync(OverrideRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, JsonContent.Create(request, OverrideJson.Default.OverrideRequest), ReadAsync, cancellationToken);

    public Task ResumeAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, null, static (_, _) => Task.FromResult(true), cancellationToken);

    private async Task<T> SendAsync<T>(
        HttpMethod method, HttpContent? body, Func<HttpContent, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        // Service discovery would take a service without an address for a host name.
        if (!Uri.TryCreate(configuration[AddressKey], UriKind.Absolute, out _))
            throw new OverrideException(OverrideException.Unknown, $"The autoscaler's address is unknown ({AddressKey} is not set, or is no address).");
        try
        {
            using var request = new HttpRequestMessage(method, Path) { Content = body };
            if (control.Value.Token is { } token)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.BadRequest)
                throw await RefusalAsync(response.Content, cancellationToken);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                throw new OverrideException(OverrideException.NotReady, await DetailAsync(response.Content, cancellationToken));
            if (response.StatusCode == HttpStatusCode.Unauthorized)
                throw new OverrideException(OverrideException.Failing, $"The autoscaler does not take this dashboard's control token; give both the same {ControlOptions.SectionName}:{nameof(ControlOptions.Token)}.");
            if (!response.IsSuccessStatusCode)
                throw new OverrideException(OverrideException.Failing, $"The autoscaler answered with status {(int)response.StatusCode}.");
            return await read(response.Content, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new OverrideException(OverrideException.Failing, "The autoscaler cannot be reached.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OverrideException(OverrideException.Silent, "The autoscaler does not answer in time.", exception);
        }
        // An unknown character set is told as an invalid operation.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new OverrideException(OverrideException.Failing, "The autoscaler's answer is not an override.", exception);
        }
    }

    private static async Task<OverrideDocument> ReadAsync(HttpContent content, CancellationToken cancellationToken) =>
        await content.ReadFromJsonAsync(OverrideJson.Default.OverrideDocument, cancellationToken) ?? throw new JsonException("The document is null.");

    private static async Task<string> DetailAsync(HttpContent content, CancellationToken cancellationToken) =>
        DetailOf(await ReadProblemAsync(content, cancellationToken));

    private static async Task<OverrideException> RefusalAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var problem = await ReadProblemAsync(content, cancellationToken);
        var detail = DetailOf(problem);
        return new OverrideException(ApiProblems.Invalid, detail) { Errors = problem?.Errors is { Count: > 0 } errors ? errors : new Dictionary<string, string[]> { ["$"] = [detail] } };
    }

    private static string DetailOf(HttpValidationProblemDetails? problem) => problem?.Detail switch
    {
        { Length: > MaxDetailChars } said => said[..MaxDetailChars],
        { Length: > 0 } said => said,
        _ => "The autoscaler refuses this.",
    };

    /// <summary>What the autoscaler says; null of somebody who does not say why.</summary>
    private static async Task<HttpValidationProblemDetails?> ReadProblemAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadFromJsonAsync<HttpValidationProblemDetails>(cancellationToken);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }
}
