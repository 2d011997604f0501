using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace StreamSocial.Cli.Drills.Hostile.Moves;

/// <summary>Sends requests and compares their answers with what is expected.</summary>
internal static class Answers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What a connection that ends without an answer counts as.</summary>
    public const int Closed = 0;

    /// <summary>Sends a request; problems from 400 on must be problem details with a reason.</summary>
    /// <returns>What came instead of one of the statuses; null when it was one.</returns>
    public static async Task<string?> ExpectAsync(this HttpClient http, HttpRequestMessage request, IReadOnlyList<int> statuses, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Patience);
        try
        {
            using (request)
            using (var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token))
            {
                var status = (int)response.StatusCode;
                if (!statuses.Contains(status))
                    return $"{status} instead of {string.Join(" or ", statuses)}: {await StartOfAsync(response, stop.Token)}";
                if (status < 400)
                    return null;
                var body = await response.Content.ReadAsStringAsync(stop.Token);
                return HasReason(body) ? null : $"{status} without problem details: {Start(body)}";
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Patience.TotalSeconds:0} s instead of {string.Join(" or ", statuses)}";
        }
        catch (HttpRequestException e)
        {
            return statuses.Contains(Closed) ? null : $"{e.Message} instead of {string.Join(" or ", statuses)}";
        }
    }

    /// <summary>Sends bytes over a connection of its own and reads the status line of the answer.</summary>
    /// <returns>What came instead of one of the statuses, where <see cref="Closed"/> is an end without an answer; null when it was one.</returns>
    public static async Task<string?> ExpectRawAsync(Uri server, byte[] bytes, IReadOnlyList<int> statuses, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Patience);
        var status = Closed;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(server.Host, server.Port, stop.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(bytes, stop.Token);
            status = await ReadStatusAsync(stream, stop.Token);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The server ended the connection.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Patience.TotalSeconds:0} s instead of {string.Join(" or ", statuses)}";
        }
        return statuses.Contains(status) ? null : $"{status} instead of {string.Join(" or ", statuses)}";
    }

    /// <summary>The status of an answer's first line; <see cref="Closed"/> when the connection ends before there is one.</summary>
    public static async Task<int> ReadStatusAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        var line = await reader.ReadLineAsync(cancellationToken);
        return line?.Split(' ') is [_, var code, ..] && int.TryParse(code, out var status) ? status : Closed;
    }

    private static bool HasReason(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("reason", out var reason) && reason.GetString() is { Length: > 0 };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static async Task<string> StartOfAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "a stream" : Start(await response.Content.ReadAsStringAsync(cancellationToken));

    private static string Start(string text) => text.Length <= 160 ? text : text[..160];
}
