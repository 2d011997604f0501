using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace StreamSocial.Hosting.Kafka.Processes;

/// <summary>Finds ports for servers that must know theirs before they start.</summary>
public static class LoopbackPorts
{
    /// <summary>Below the ports that the kernel gives to outgoing connections: one of those could take it while its server is down.</summary>
    private const int Lowest = 15_000;

    /// <summary>End of the range, exclusive; well below the ports that the orchestrator takes from the kernel for services.</summary>
    private const int Highest = 23_000;

    /// <summary>Chooses free ports, all different. Another program may take one before it is used; then the server's start fails with its message.</summary>
    public static int[] ChooseFree(int count)
    {
        var chosen = new HashSet<int>();
        while (chosen.Count < count)
        {
            var port = RandomNumberGenerator.GetInt32(Lowest, Highest);
            if (!IsInUse(port))
                chosen.Add(port);
        }

        return [.. chosen];
    }

    /// <summary>Whether something listens on a port, or this process may not.</summary>
    public static bool IsInUse(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return true;
        }
    }
}
