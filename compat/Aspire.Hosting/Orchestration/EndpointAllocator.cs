using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Gives every endpoint its address: the port asked for, or a free one on loopback.</summary>
internal sealed class EndpointAllocator
{
    /// <summary>Above the ports that the AppHost chooses by itself for its brokers, which do not listen yet.</summary>
    private const int LowestPort = 23_000;

    /// <summary>Below the ports that the kernel gives to outgoing connections, which could take one while its resource is not started yet.</summary>
    private const int HighestPort = 32_000;
    private const int Attempts = 1_000;

    private readonly HashSet<int> _given = [];

    public void Allocate(IEnumerable<IResource> resources)
    {
        foreach (var endpoint in resources.SelectMany(r => r.Annotations.OfType<EndpointAnnotation>()).Where(e => e.AllocatedEndpoint is null))
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "127.0.0.1", endpoint.TargetPort ?? endpoint.Port ?? FreePort());
    }

    public int FreePort()
    {
        for (var i = 0; i < Attempts; i++)
        {
            var port = RandomNumberGenerator.GetInt32(LowestPort, HighestPort);
            if (IsFree(port) && _given.Add(port))
                return port;
        }

        throw new DistributedApplicationException($"No free port between {LowestPort} and {HighestPort} on 127.0.0.1.");
    }

    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
