using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace StreamSocial.ServiceDefaults.Http.Limits;

/// <summary>Counts the open streams of a service and bounds their number and their life. Thread-safe.</summary>
public sealed class StreamLimiter(IOptions<ClientLimitOptions> options, TimeProvider time)
{
    private const int RetryAfterSeconds = 5;

    private readonly ClientLimitOptions _options = options.Value;
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _clients = [];
    private int _open;

    /// <summary>The service, or the client, has too many streams open.</summary>
    public static ProblemKind TooManyStreams { get; } = new(
        429, "too_many_streams", "This client (`ClientLimits:StreamsPerClient`), or all together (`ClientLimits:Streams`), have too many streams open.",
        "Close those that are not needed, or connect again after `Retry-After`.");

    /// <summary>Streams that are open, without those of callers that have no limits.</summary>
    public int Open
    {
        get
        {
            lock (_gate)
                return _open;
        }
    }

    /// <summary>Opens a stream, which closes with its request; null if there are too many.</summary>
    /// <returns>Cancelled when the client shall connect again.</returns>
    public CancellationToken? TryOpen(HttpContext context)
    {
        if (context.Features.Get<UnlimitedCaller>() is not null)
            return CancellationToken.None;
        var client = ClientAddress.Of(context);
        lock (_gate)
        {
            var present = _clients.GetValueOrDefault(client);
            if (_open >= _options.Streams || present >= _options.StreamsPerClient)
                return null;
            (_open, _clients[client]) = (_open + 1, present + 1);
        }

        var stream = new OpenStream(this, client, new CancellationTokenSource(_options.StreamLifetime, time));
        context.Response.RegisterForDispose(stream);
        return stream.Over;
    }

    /// <summary>The answer to a client that has too many.</summary>
    public static IResult Refuse(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return TooManyStreams.Answer();
    }

    private void Close(IPAddress client)
    {
        lock (_gate)
        {
            _open--;
            if (--_clients[client] == 0)
                _clients.Remove(client);
        }
    }

    private sealed class OpenStream(StreamLimiter limiter, IPAddress client, CancellationTokenSource lifetime) : IDisposable
    {
        public CancellationToken Over { get; } = lifetime.Token;

        public void Dispose()
        {
            limiter.Close(client);
            lifetime.Dispose();
        }
    }
}
