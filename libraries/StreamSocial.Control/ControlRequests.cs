using System.Net.Http.Headers;
using System.Text.Json;
using Polly;

namespace StreamSocial.Control;

/// <summary>Sends requests to servers of the control plane, each with a timeout of its own, and turns whatever goes wrong into one sentence.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="token">Proves that the caller may command; null for none.</param>
/// <param name="time">The clock of the timeouts.</param>
internal sealed class ControlRequests(HttpClient http, string? token, TimeProvider time)
{
    /// <summary>Longest part of an answer that an error message quotes.</summary>
    private const int QuotedCharacters = 200;

    /// <summary>Sends a request and reads its answer.</summary>
    /// <exception cref="ControlException">It was refused, or not answered in time or as expected.</exception>
    public async Task<T> SendAsync<T>(
        HttpMethod method, Uri address, HttpContent? content, TimeSpan timeout, Func<HttpContent, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var expired = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(expired.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(method, address) { Content = content };
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            if (response.IsSuccessStatusCode)
                return await read(response.Content, stop.Token);
            var reason = Explain(await ReadTextAsync(response.Content, stop.Token));
            throw new ControlException($"{method} {address} was refused with {(int)response.StatusCode}{reason}", response.StatusCode);
        }
        // The linked token and HttpClient's own timeout both end in a cancellation that the caller did not ask for.
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ControlException($"{method} {address} was not answered within {timeout.TotalSeconds:0.###} s.", innerException: exception);
        }
        // An unknown character set is told as an invalid operation.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ControlException($"{method} {address} was answered with something else than expected: {exception.Message}", innerException: exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ExecutionRejectedException)
        {
            throw new ControlException($"{method} {address} was not answered: {exception.Message}", innerException: exception);
        }
    }

    /// <summary>An answer as text; empty when its character set is unknown.</summary>
    private static async Task<string> ReadTextAsync(HttpContent answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.ReadAsStringAsync(cancellationToken);
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>The detail of a problem document; the beginning of any other text.</summary>
    private static string Explain(string answer)
    {
        if (string.IsNullOrWhiteSpace(answer))
            return ".";
        try
        {
            using var problem = JsonDocument.Parse(answer);
            if (problem.RootElement.ValueKind is JsonValueKind.Object)
            {
                foreach (var name in new[] { "detail", "title" })
                {
                    if (problem.RootElement.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String)
                        return $": {text.GetString()}";
                }
            }
        }
        catch (JsonException)
        {
            // A proxy or another server answered; its text is quoted as it is.
        }
        return $": {(answer.Length > QuotedCharacters ? answer[..QuotedCharacters] + "…" : answer)}";
    }
}
