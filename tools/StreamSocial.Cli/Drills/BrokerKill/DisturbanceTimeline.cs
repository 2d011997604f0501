using StreamSocial.Cli.Drills.Running;

namespace StreamSocial.Cli.Drills.BrokerKill;

/// <summary>One second of the drill.</summary>
/// <param name="At">Its beginning, since the drill began.</param>
/// <param name="AcknowledgedRate">Actions acknowledged per second; null when unknown.</param>
/// <param name="LongestGap">Longest time between two acknowledgements, of which one is in this second or which spans it; null without any.</param>
/// <param name="UnderReplicated">Most partitions without all their replicas; null when the cluster did not say.</param>
internal sealed record TimelineSecond(TimeSpan At, double? AcknowledgedRate, TimeSpan? LongestGap, int? UnderReplicated);

/// <summary>Watches the cluster for as long as it is disturbed.</summary>
internal sealed class DisturbanceTimeline(DrillContext context)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private readonly List<(TimeSpan At, int? UnderReplicated)> _replication = [];

    /// <summary>Does the work and watches meanwhile.</summary>
    /// <returns>Second by second.</returns>
    public async Task<IReadOnlyList<TimelineSecond>> WatchAsync(Func<Task> disturbAsync, CancellationToken cancellationToken)
    {
        var started = context.Clock.Now;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchReplicationAsync(stop.Token);
        try
        {
            await disturbAsync();
        }
        finally
        {
            await stop.CancelAsync();
            await watching;
        }
        return Build(started, context.Clock.Now);
    }

    private async Task WatchReplicationAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var at = context.Clock.Now;
                _replication.Add((at, await Task.Run(context.Session.Inspector.CountUnderReplicated, stop)));
                await context.DelayAsync(Poll, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The last disturbance is over.
        }
    }

    private List<TimelineSecond> Build(TimeSpan from, TimeSpan to)
    {
        var seconds = new List<TimelineSecond>();
        for (var at = from; at + Second <= to; at += Second)
        {
            var (begin, end) = (at, at + Second);
            var counts = _replication.Where(look => look.At >= begin && look.At < end).Select(look => look.UnderReplicated);
            var (rate, gap) = context.Acks.Read(acks => (acks.Rate(begin, end), acks.LongestGap(begin, end)));
            seconds.Add(new TimelineSecond(begin, rate, gap, counts.Max()));
        }
        return seconds;
    }
}
