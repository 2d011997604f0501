using System.Net.Sockets;
using System.Text;

namespace StreamSocial.Cli.Drills.Hostile.Moves;

/// <summary>Connections that are slow, half open or abandoned.</summary>
internal static class ConnectionMoves
{
    private const string Family = "connections";
    private const int Abandoned = 30;
    private const int Slow = 6;

    private static readonly TimeSpan SlowPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SlowPatience = TimeSpan.FromSeconds(60);

    private const string Headers = "POST /v1/actions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n";

    public static IEnumerable<HostileMove> Create(Random random)
    {
        for (var i = 0; i < Abandoned; i++)
        {
            var (sent, isReset, toIngest) = (random.Next(Headers.Length), random.Next(2) == 0, random.Next(2) == 0);
            yield return new HostileMove(
                Family, $"{(isReset ? "reset" : "abandoned")} after {sent} bytes",
                (targets, cancellationToken) => AbandonAsync(toIngest ? targets.Ingest : targets.Feeds, sent, isReset, cancellationToken));
        }
        for (var i = 0; i < Slow; i++)
            yield return new HostileMove(Family, "a body of a byte a second", (targets, cancellationToken) => SendSlowlyAsync(targets.Ingest, cancellationToken));
    }

    private static async Task<string?> AbandonAsync(Uri server, int bytes, bool isReset, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Headers[..bytes]), cancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        // No orderly end: the other side gets a reset.
        if (isReset)
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        return null;
    }

    private static async Task<string?> SendSlowlyAsync(Uri server, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(SlowPatience);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, stop.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Headers), stop.Token);
        var answer = Answers.ReadStatusAsync(stream, stop.Token);
        try
        {
            while (!answer.IsCompleted)
            {
                await stream.WriteAsync(" "u8.ToArray(), stop.Token);
                await Task.WhenAny(answer, Task.Delay(SlowPause, stop.Token));
            }
            return await answer is 408 or Answers.Closed ? null : $"{await answer} instead of 408";
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"still open after {SlowPatience.TotalSeconds:0} s instead of 408";
        }
    }
}
