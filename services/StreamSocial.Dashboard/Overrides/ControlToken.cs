using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Overrides;

/// <summary>The secret without which the number of replicas cannot be changed from the page.</summary>
/// <remarks>
/// The page finds it behind the <c>#</c> of its address, which a browser sends to nobody, and sends it in a header, which no other site's page can make a
/// browser do. So there is no cookie that a forged request could borrow.
/// </remarks>
internal sealed class ControlToken(IOptions<DashboardOptions> options)
{
    private const string Scheme = "Bearer ";

    /// <summary>The token.</summary>
    public string Value { get; } = options.Value.ControlToken ?? RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Whether a request carries the token.</summary>
    public bool IsIn(HttpRequest request)
    {
        var header = request.Headers[HeaderNames.Authorization].ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header[Scheme.Length..]), Encoding.UTF8.GetBytes(Value));
    }

    /// <summary>Whether a browser sent the request for a page of another site.</summary>
    public static bool IsFromAnotherSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is not ("same-origin" or "none");
        return request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value);
    }
}

/// <summary>Logs the address of the page with its token, once the service listens.</summary>
internal sealed partial class ControlLinkLogger(ControlToken token, IServer server, IHostApplicationLifetime lifetime, IConfiguration configuration, ILogger<ControlLinkLogger> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
                LogLink(logger, address.TrimEnd('/') + HttpApiExtensions.PathBaseOf(configuration), token.Value);
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "The dashboard with its buttons: {Address}/#token={Token}")]
    private static partial void LogLink(ILogger logger, string address, string token);
}
