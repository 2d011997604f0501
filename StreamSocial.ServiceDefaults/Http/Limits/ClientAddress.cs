using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace StreamSocial.ServiceDefaults.Http.Limits;

/// <summary>Whom a request counts for.</summary>
internal static class ClientAddress
{
    private const int NetworkBytes = 8;

    /// <summary>The address that the limits of clients go by; none where the server does not know it.</summary>
    public static IPAddress Of(HttpContext context) => context.Connection.RemoteIpAddress is { } address ? Of(address) : IPAddress.None;

    /// <summary>An address of IPv6 stands for its network of 64 bits: whoever has one has them all.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, NetworkBytes, bytes.Length - NetworkBytes);
        return new IPAddress(bytes);
    }
}
