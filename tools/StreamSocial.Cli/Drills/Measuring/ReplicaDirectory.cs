using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>The healthy replicas, as a load balancer in front of them would know them: looked at again and again until it is disposed.</summary>
internal sealed class ReplicaDirectory : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private readonly TopologyRunner _topology;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;
    private volatile IReadOnlyList<Uri> _current = [];

    public ReplicaDirectory(TopologyRunner topology, TimeProvider time)
    {
        _topology = topology;
        _following = FollowAsync(time);
    }

    /// <summary>Base addresses; empty while none is known.</summary>
    public IReadOnlyList<Uri> Current => _current;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
    }

    private async Task FollowAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                try
                {
                    _current = await _topology.ReadFeedGeneratorsAsync(_stop.Token);
                }
                catch (NotHeldException)
                {
                    // The AppHost is slow or has ended; the drill itself finds out which.
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
        catch (InvalidOperationException)
        {
            // The topology has been disposed of before, and nobody is left to ask; why that was has been said already.
        }
    }
}
