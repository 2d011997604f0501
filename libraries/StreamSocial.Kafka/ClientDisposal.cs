using System.Diagnostics;

namespace StreamSocial.Kafka;

/// <summary>The end of clients that live as long as their service.</summary>
public static class ClientDisposal
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Disposes of a client, and leaves it when that does not end: with a broker away, librdkafka (2.16.0, seen on the embedded brokers) can wait for ever for a
    /// thread of its own, and the service could not stop. The client of a group does so after a handler that threw.
    /// </summary>
    /// <returns>Whether it ended.</returns>
    public static bool DisposeOrLeave(this IDisposable client) => DisposeOrLeave([client]);

    /// <summary>The same for several, all at once.</summary>
    /// <returns>Whether all ended.</returns>
    public static bool DisposeOrLeave(this IEnumerable<IDisposable> clients)
    {
        Thread[] threads = [.. clients.Select(client => new Thread(client.Dispose) { IsBackground = true, Name = "client disposal" })];
        var started = Stopwatch.GetTimestamp();
        foreach (var thread in threads)
            thread.Start();
        return threads.Count(thread => thread.Join(Rest(Stopwatch.GetElapsedTime(started)))) == threads.Length;
    }

    private static TimeSpan Rest(TimeSpan elapsed) => elapsed < Patience ? Patience - elapsed : TimeSpan.Zero;
}
