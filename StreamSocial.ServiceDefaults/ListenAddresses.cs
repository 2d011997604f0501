using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace StreamSocial.ServiceDefaults;

/// <summary>Where a process listens.</summary>
public static class ListenAddresses
{
    /// <summary>
    /// Why a server cannot listen where the configuration lets it, as a sentence; null when nothing is known. Asked before the host starts, whose own
    /// error would be a page of stack trace.
    /// </summary>
    public static string? FindProblem(IConfiguration configuration) => Configured(configuration).Select(FindProblem).FirstOrDefault(problem => problem is not null);

    /// <summary>What is wrong with an address, as a sentence; null when nothing is known to be.</summary>
    public static string? FindProblem(string url)
    {
        // A wildcard is no host of an address.
        if (!Uri.TryCreate(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var address)
            || address.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6 or UriHostNameType.Dns) || IsPipe(url))
            return null;
        if (address.AbsolutePath.Length > 1)
            return $"{url} has a path, and a server listens for all paths of its port: leave the path out.";
        var isKnown = IPAddress.TryParse(address.DnsSafeHost, out var known);
        if (address.Port == 0 && address.IsLoopback && !isKnown)
            return $"{url} asks for a free port of two addresses, 127.0.0.1 and [::1]: give one of them.";
        if (address.Port <= 0)
            return null;
        var ip = isKnown ? known! : address.IsLoopback ? IPAddress.Loopback : IPAddress.Any;
        try
        {
            using var listener = new TcpListener(ip, address.Port);
            listener.Start();
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return $"Port {address.Port} of {url} is in use: another process listens there.";
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return $"Port {address.Port} of {url} is not this process's to take: give another one, from 1024 on.";
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable && isKnown)
        {
            return $"{address.DnsSafeHost} of {url} is no address of this machine.";
        }
        catch (SocketException)
        {
            // The host knows better what it can listen on, and says so.
            return null;
        }
    }

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

    private static bool IsPipe(string url) => url.Contains("://unix:/", StringComparison.Ordinal) || url.Contains("://pipe:/", StringComparison.Ordinal);

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
