using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Drills.EventStreams;

/// <summary>Clients that follow feeds as long as a drill runs. Ends them when disposed.</summary>
internal sealed class StreamFollowers : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Longest time without a further event before what is missing counts as missed.</summary>
    private static readonly TimeSpan LastEventTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly DeliveryRecorder _recorder;
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _time;
    private readonly RequestLog _log = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ReplicaDirectory _replicas;
    private readonly StreamClient[] _clients;
    private readonly Task _following;

    /// <param name="topology">Whose feed generators are asked.</param>
    /// <param name="recorder">Whose feeds are followed, and what they must take.</param>
    /// <param name="clients">Number of clients; several follow the same feed if there are more than users.</param>
    /// <param name="seed">Seed of the choice of replicas.</param>
    /// <param name="console">Progress.</param>
    /// <param name="time">Clock and delays.</param>
    public StreamFollowers(TopologyRunner topology, DeliveryRecorder recorder, int clients, int seed, IAnsiConsole console, TimeProvider time)
    {
        (_recorder, _console, _time) = (recorder, console, time);
        _replicas = new ReplicaDirectory(topology, time);
        var users = recorder.Users.ToArray();
        _clients = [.. Enumerable.Range(0, clients).Select(i => new StreamClient(users[i % users.Length], _replicas, _http, _log, seed + i, time))];
        _following = Task.WhenAll(_clients.Select(client => client.RunAsync(_stop.Token)));
    }

    /// <summary>What the connections came to so far.</summary>
    public RequestFigures Requests => _log.Read();

    /// <exception cref="NotHeldException">Not all clients were connected in time.</exception>
    public async Task WaitUntilConnectedAsync(CancellationToken cancellationToken)
    {
        _console.MarkupLineInterpolated($"Connecting {_clients.Length} clients");
        var start = new DrillClock(_time);
        while (_clients.Count(client => !client.HasConnected) is var missing and > 0)
        {
            if (_following.IsFaulted)
                await _following;
            if (start.Now > ConnectTimeout)
                throw new NotHeldException($"{missing} of {_clients.Length} clients are not connected after {TextFormat.Seconds(ConnectTimeout)}. {string.Join(' ', Requests.Examples)}");
            await Task.Delay(Poll, _time, cancellationToken);
        }

        _console.MarkupLineInterpolated($"All clients are connected after {TextFormat.Seconds(start.Now)}");
    }

    /// <summary>Waits for the last events and compares what each client saw with what its feed took.</summary>
    public async Task<StreamComparison> FinishAsync(CancellationToken cancellationToken)
    {
        await WaitForLastEventsAsync(cancellationToken);
        var comparison = StreamComparison.Of(_clients, _recorder);
        await _stop.CancelAsync();
        await _following;
        return comparison;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Why following failed has been said already.
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _replicas.DisposeAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task WaitForLastEventsAsync(CancellationToken cancellationToken)
    {
        var expected = _clients.Sum(client => (long)_recorder.DeliveriesTo(client.User).Count);
        _console.MarkupLineInterpolated($"Waiting until the clients have seen all of their {expected:N0} events");
        var clock = new DrillClock(_time);
        var (last, lastChange) = (-1L, TimeSpan.Zero);
        while (true)
        {
            if (_following.IsFaulted)
                await _following;
            var received = _clients.Sum(client => (long)client.ReceivedCount);
            if (received != last)
                (last, lastChange) = (received, clock.Now);
            if (received >= expected || clock.Now - lastChange > LastEventTimeout)
                return;
            await Task.Delay(Poll, _time, cancellationToken);
        }
    }
}
