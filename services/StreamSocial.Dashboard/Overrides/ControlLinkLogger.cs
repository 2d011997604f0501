using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.Overrides;

/// <summary>
/// Logs the address of the page with its token, once the service listens. The token stands behind the <c>#</c> of the address, which a browser sends to nobody;
/// the page takes it from there.
/// </summary>
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
