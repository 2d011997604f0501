using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.EventStreams;

/// <summary>Clients follow feeds through replicas that come and go.</summary>
/// <param name="options">What all drills have in common; starts with the first step's replicas.</param>
/// <param name="clients">Number of clients.</param>
/// <param name="steps">Numbers of replicas, one after the other.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class StreamDrill(DrillOptions options, int clients, IReadOnlyList<int> steps, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Beginning of the trace in which a user's feed must take something to be followed.</summary>
    private const int EventsToChooseFrom = 50_000;

    /// <summary>Between two changes, so that every configuration carries streams for a while.</summary>
    private static readonly TimeSpan BetweenSteps = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Longest time without a further event before what is missing counts as missed.</summary>
    private static readonly TimeSpan LastEventTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private int _rescales;

    public async Task<StreamReport> RunAsync(CancellationToken cancellationToken)
    {
        DeliveryRecorder recorder;
        using (var trace = options.OpenTrace(0))
            recorder = DeliveryRecorder.Choose(trace, EventsToChooseFrom, clients, new Random(options.Seed));
        using var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ReplicaDirectory? replicas = null;
        StreamClient[] followers = [];
        var following = Task.CompletedTask;
        StreamComparison? comparison = null;
        try
        {
            var summary = await new DrillRun(options, console, time, recorder.Add).RunAsync(
                RescaleAllAsync,
                async (session, token) =>
                {
                    replicas = new ReplicaDirectory(session.Topology, time);
                    var users = recorder.Users.ToArray();
                    followers = [.. Enumerable.Range(0, clients).Select(i => new StreamClient(users[i % users.Length], replicas, http, options.Seed + i, time))];
                    following = Task.WhenAll(followers.Select(follower => follower.RunAsync(stop.Token)));
                    await WaitUntilConnectedAsync(followers, following, token);
                },
                async (_, token) =>
                {
                    await WaitForLastEventsAsync(followers, following, recorder, token);
                    comparison = StreamComparison.Of(followers, recorder);
                    await stop.CancelAsync();
                    await following;
                },
                cancellationToken);
            return new StreamReport(summary, steps, _rescales, comparison!);
        }
        finally
        {
            await stop.CancelAsync();
            await following.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            if (replicas is not null)
                await replicas.DisposeAsync();
        }
    }

    private async Task RescaleAllAsync(DrillContext context, CancellationToken cancellationToken)
    {
        foreach (var replicas in steps.Skip(1))
        {
            context.WriteProgress($"to {replicas} feed generators");
            await context.RescaleAsync(replicas, cancellationToken);
            _rescales++;
            await context.DelayAsync(BetweenSteps, cancellationToken);
        }
    }

    private async Task WaitUntilConnectedAsync(StreamClient[] followers, Task following, CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"Connecting {followers.Length} clients");
        var start = new DrillClock(time);
        while (followers.Count(follower => !follower.HasConnected) is var missing and > 0)
        {
            if (following.IsFaulted)
                await following;
            if (start.Now > ConnectTimeout)
                throw new NotHeldException($"{missing} of {followers.Length} clients are not connected after {TextFormat.Seconds(ConnectTimeout)}.");
            await Task.Delay(Poll, time, cancellationToken);
        }

        console.MarkupLineInterpolated($"All clients are connected after {TextFormat.Seconds(start.Now)}");
    }

    private async Task WaitForLastEventsAsync(StreamClient[] followers, Task following, DeliveryRecorder recorder, CancellationToken cancellationToken)
    {
        var expected = followers.Sum(follower => (long)recorder.DeliveriesTo(follower.User).Count);
        console.MarkupLineInterpolated($"Waiting until the clients have seen all of their {expected:N0} events");
        var clock = new DrillClock(time);
        var (last, lastChange) = (-1L, TimeSpan.Zero);
        while (true)
        {
            if (following.IsFaulted)
                await following;
            var received = followers.Sum(follower => (long)follower.ReceivedCount);
            if (received != last)
                (last, lastChange) = (received, clock.Now);
            if (received >= expected || clock.Now - lastChange > LastEventTimeout)
                return;
            await Task.Delay(Poll, time, cancellationToken);
        }
    }
}
