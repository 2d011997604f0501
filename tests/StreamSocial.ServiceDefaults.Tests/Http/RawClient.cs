using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace StreamSocial.ServiceDefaults.Tests.Http;

/// <summary>A client that sends bytes as they are, also such as no HTTP library would send.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly TcpClient _client = new();

    public static async Task<RawClient> ConnectAsync(Uri address)
    {
        var client = new RawClient();
        await client._client.ConnectAsync(address.Host, address.Port).WaitAsync(Timeout);
        return client;
    }

    public async Task SendAsync(string text) => await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask().WaitAsync(Timeout);

    /// <summary>Reads the answer to a request that asked for the connection to be closed, or that ends it.</summary>
    public async Task<RawAnswer> ReadAsync()
    {
        using var timeout = new CancellationTokenSource(Timeout);
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        try
        {
            while (await _client.GetStream().ReadAsync(buffer, timeout.Token) is > 0 and var read)
                bytes.AddRange(buffer.AsSpan(0, read));
        }
        catch (IOException) when (bytes.Count > 0)
        {
            // A server that does not want the rest of a request resets the connection after its answer.
        }

        var parts = Encoding.UTF8.GetString([.. bytes]).Split("\r\n\r\n", 2);
        return new(int.Parse(parts[0].Split(' ')[1], CultureInfo.InvariantCulture), parts.Length > 1 ? parts[1] : "");
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>An answer as it came.</summary>
internal sealed record RawAnswer(int Status, string Body)
{
    /// <summary>The reason of a problem; its body may come in chunks.</summary>
    public string? Reason
    {
        get
        {
            var json = Body[Body.IndexOf('{', StringComparison.Ordinal)..(Body.LastIndexOf('}') + 1)];
            using var problem = JsonDocument.Parse(json);
            return problem.RootElement.GetProperty("reason").GetString();
        }
    }
}
