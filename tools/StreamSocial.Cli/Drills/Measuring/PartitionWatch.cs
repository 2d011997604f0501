using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Samples positions and log ends of all input partitions until it is disposed. Thread-safe.</summary>
internal sealed class PartitionWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);
    private readonly TopologySession _session;
    private readonly DrillClock _clock;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, PauseTracker> _trackers;
    private readonly CountSeries _actions = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sampling;

    public PartitionWatch(TopologySession session, DrillClock clock, TimeProvider time)
    {
        (_session, _clock, _time) = (session, clock, time);
        _trackers = TopicCatalog.Inputs.ToDictionary(topic => topic, topic => new PauseTracker(topic, session.Catalog[topic].Partitions));
        _sampling = Task.Run(SampleAsync);
    }

    /// <summary>Number of partitions that are watched.</summary>
    public int Partitions => TopicCatalog.Inputs.Sum(topic => _session.Catalog[topic].Partitions);

    /// <summary>What has ended and what goes on by now.</summary>
    public IReadOnlyList<Pause> ReadPauses()
    {
        lock (_trackers)
            return [.. _trackers.Values.SelectMany(tracker => tracker.Pauses.Concat(tracker.OpenAt(_clock.Now)))];
    }

    /// <summary>What goes on by now.</summary>
    public IReadOnlyList<Pause> ReadOpenPauses()
    {
        lock (_trackers)
            return [.. _trackers.Values.SelectMany(tracker => tracker.OpenAt(_clock.Now))];
    }

    /// <summary>Evaluates how many actions had been processed when.</summary>
    public T ReadActions<T>(Func<CountSeries, T> read)
    {
        lock (_trackers)
            return read(_actions);
    }

    /// <summary>Fails when sampling has failed: figures of a watch that looks no more would be wrong.</summary>
    public void ThrowIfFailed()
    {
        if (_sampling.IsFaulted)
            _sampling.GetAwaiter().GetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sampling.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _stop.Dispose();
    }

    private async Task SampleAsync()
    {
        var topics = TopicCatalog.Inputs.Select(topic => (topic, _session.Catalog[topic].Partitions)).ToArray();
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            do
            {
                // First the ends: a position read before them would look behind by what came in between.
                var ends = await _session.Ends.ReadAsync(topics, ReadTimeout, _stop.Token);
                var members = _session.Members.Members;
                var now = _clock.Now;
                lock (_trackers)
                {
                    foreach (var end in ends)
                        _trackers[end.Topic].Observe(now, ReportedPositions.Of(end.Topic, end.NextOffsets.Length, members), end.NextOffsets);
                    _actions.Add(now, _trackers[TopicNames.UserActions].Processed);
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }
}
