using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Follows positions and samples log ends of all input partitions until it is disposed. Thread-safe.</summary>
internal sealed class PartitionSampler : IAsyncDisposable
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

    public PartitionSampler(TopologySession session, DrillClock clock, TimeProvider time)
    {
        (_session, _clock, _time) = (session, clock, time);
        _trackers = FeedGeneratorStages.Inputs.ToDictionary(topic => topic, topic => new PauseTracker(topic, session.Catalog[topic].Partitions));
        _session.Members.Reported += OnReported;
        _sampling = Task.Run(SampleAsync);
    }

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

    /// <summary>Longest time between two moments in which it was not known how much input there is.</summary>
    public TimeSpan ReadLongestUnseen(TimeSpan from, TimeSpan to)
    {
        lock (_trackers)
            return _trackers.Values.Max(tracker => tracker.LongestUnseen(from, to));
    }

    /// <summary>Evaluates how many actions had been processed when.</summary>
    public T ReadActions<T>(Func<CountSeries, T> read)
    {
        lock (_trackers)
            return read(_actions);
    }

    /// <summary>Fails when sampling has failed: the figures of a sampler that has stopped would be wrong.</summary>
    public void ThrowIfFailed()
    {
        if (_sampling.IsFaulted)
            _sampling.GetAwaiter().GetResult();
    }

    public async ValueTask DisposeAsync()
    {
        _session.Members.Reported -= OnReported;
        await _stop.CancelAsync();
        await _sampling.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _stop.Dispose();
    }

    private void OnReported(Member member)
    {
        var at = _clock.Of(member.ReportedAt);
        lock (_trackers)
        {
            foreach (var topic in member.Topics)
            {
                if (!_trackers.TryGetValue(topic.Topic, out var tracker))
                    continue;
                for (var i = 0; i < Math.Min(topic.Partitions.Count, topic.NextOffsets.Count); i++)
                {
                    if (topic.Partitions[i] < _session.Catalog[topic.Topic].Partitions)
                        tracker.ObservePosition(at, topic.Partitions[i], topic.NextOffsets[i]);
                }
            }
        }
    }

    private async Task SampleAsync()
    {
        var topics = FeedGeneratorStages.Inputs.Select(topic => (topic, _session.Catalog[topic].Partitions)).ToArray();
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            do
            {
                var ends = await _session.Ends.ReadAsync(topics, ReadTimeout, _stop.Token);
                _session.Members.ThrowIfFailed();
                var now = _clock.Now;
                lock (_trackers)
                {
                    foreach (var end in ends)
                        _trackers[end.Topic].ObserveEnds(now, end.NextOffsets);
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
