using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace StreamSocial.ServiceDefaults;

/// <summary>Looks whether the addresses on which a process is to listen are free, before the host starts: its own error would be a page of stack trace.</summary>
public static class ListenAddresses
{
    /// <summary>The key under which hosts look for their addresses, separated by semicolons.</summary>
    private const string Key = "urls";

    /// <summary>What is wrong with the addresses of a host, as a sentence; null when nothing is known to be.</summary>
    public static string? FindProblem(IConfiguration configuration) =>
        (configuration[Key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(FindProblem).FirstOrDefault(problem => problem is not null);

    /// <summary>What is wrong with an address, as a sentence; null when nothing is known to be.</summary>
    public static string? FindProblem(string url)
    {
        // A wildcard is no host of an address.
        if (!Uri.TryCreate(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var address)
            || address.Port <= 0 || address.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6 or UriHostNameType.Dns))
            return null;
        var ip = IPAddress.TryParse(address.DnsSafeHost, out var known) ? known : address.IsLoopback ? IPAddress.Loopback : IPAddress.Any;
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
        catch (SocketException)
        {
            // The host knows better what it can listen on, and says so.
            return null;
        }
    }
}
