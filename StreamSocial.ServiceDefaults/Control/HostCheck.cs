using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.ServiceDefaults.Control;

/// <summary>
/// Recognises requests to a service on loopback under another host's name: a page of that host sent them, after its name was made to mean this machine
/// (DNS rebinding).
/// </summary>
public static class HostCheck
{
    /// <summary>Marks such requests. Before <see cref="HttpApiExtensions.UseHttpApi"/>, which takes the host that a proxy names: a page can set that header too.</summary>
    /// <param name="app">The service.</param>
    /// <param name="refusesAll">Whether all of them are refused, and not only those that need the control token.</param>
    public static void UseHostCheck(this WebApplication app, bool refusesAll = false)
    {
        var allowed = app.Services.GetRequiredService<IOptions<HttpApiOptions>>().Value.Hosts;
        var addresses = app.Services.GetRequiredService<IServer>().Features;
        // The server knows its addresses when it has started, which is before the first request.
        var listensOnLoopback = new Lazy<bool>(() => addresses.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } all && all.All(ListenAddresses.IsLoopback));
        app.Use((context, next) =>
        {
            var host = context.Request.Host.Host;
            if (!listensOnLoopback.Value || ListenAddresses.IsLoopbackHost(host) || allowed.Contains(host, StringComparer.OrdinalIgnoreCase))
                return next(context);
            if (refusesAll)
                return ControlAccess.ForeignHost.Answer().ExecuteAsync(context);
            context.Features.Set(ForeignHostFeature.Instance);
            return next(context);
        });
    }

    internal static bool IsForeign(HttpContext context) => context.Features.Get<ForeignHostFeature>() is not null;

    private sealed class ForeignHostFeature
    {
        public static ForeignHostFeature Instance { get; } = new();
    }
}
