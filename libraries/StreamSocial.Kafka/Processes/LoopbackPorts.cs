using System.Net;
using System.Net.Sockets;

namespace StreamSocial.Kafka.Processes;

/// <summary>Finds ports for servers that must know theirs before they start.</summary>
public static class LoopbackPorts
{
    /// <summary>Takes free ports, all different. Another process may take one before it is used; then the start fails with its message.</summary>
    public static int[] TakeFree(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            foreach (var listener in listeners)
                listener.Start();
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
                listener.Dispose();
        }
    }

    /// <summary>Whether something listens on a port.</summary>
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
