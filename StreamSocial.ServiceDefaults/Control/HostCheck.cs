using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
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

/// <summary>Where a server listens.</summary>
public static class ListenAddresses
{
    /// <summary>The first address beyond loopback that the configuration gives a server; null when there is none.</summary>
    public static string? BeyondLoopback(IConfiguration configuration) => Configured(configuration).FirstOrDefault(address => !IsLoopback(address));

    /// <summary>Whether an address to listen on, such as <c>http://*:8080</c>, is one of this machine only.</summary>
    public static bool IsLoopback(string address)
    {
        var parsed = BindingAddress.Parse(address);
        return parsed.IsUnixPipe || parsed.IsNamedPipe || IsLoopbackHost(parsed.Host);
    }

    /// <summary>Whether a host, as it stands in an address, is this machine.</summary>
    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>In the order in which the server takes them.</summary>
    private static IEnumerable<string> Configured(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToArray();
        if (endpoints.Length > 0)
            return endpoints;
        if (configuration["urls"] is { Length: > 0 } urls)
            return urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return from ports in new[] { configuration["http_ports"], configuration["https_ports"] }
               from port in (ports ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
               select $"http://*:{port}";
    }
}
