using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace StreamSocial.Replay.Sending;

/// <summary>Options of a replay.</summary>
public sealed class ReplayOptions
{
    /// <summary>Most requests in flight at once. Two requests in flight never have events of the same key, so the order of a key's events is kept.</summary>
    /// <value>Default 8; 1 to 256.</value>
    [Range(1, 256)]
    public int Workers { get; set; } = 8;

    /// <summary>Request latency above which the number of requests in flight is reduced (<see cref="InFlightWindow"/>).</summary>
    /// <value>Default 15 s, half of ingest's own limit for an acknowledgement; 10 ms to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan TargetLatency { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Most events in one request; ingest has its own limit.</summary>
    /// <value>Default 500; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 500;

    /// <summary>Full batches that may wait for each worker; the trace is not read further while they do.</summary>
    /// <value>Default 4; 1 to 1,000.</value>
    [Range(1, 1_000)]
    public int QueuedBatchesPerWorker { get; set; } = 4;

    /// <summary>Longest time of a request before it is repeated.</summary>
    /// <value>Default 60 s, above ingest's own limit, so that ingest answers first; 0.1 s to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Wait before the first repeat of a request; doubles with each further one. A <c>Retry-After</c> of ingest takes precedence.</summary>
    /// <value>Default 50 ms; 1 ms to 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest wait before a request is repeated; also limits a <c>Retry-After</c>.</summary>
    /// <value>Default 5 s; 1 ms to 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan MaximumRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a batch is repeated before the replay fails.</summary>
    /// <value>Default 5 min; 0.1 s to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Time between two reports of progress.</summary>
    /// <value>Default 1 s; 10 ms to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>When events are due.</summary>
    /// <value>Default <see cref="ReplayPace.Unlimited"/>.</value>
    public ReplayPace Pace { get; set; } = ReplayPace.Unlimited;
}

/// <summary>Pace of a replay: when each of its events is due.</summary>
public sealed record ReplayPace
{
    private readonly ImmutableArray<RatePhase> _phases;
    private readonly double _speed;

    private ReplayPace(ImmutableArray<RatePhase> phases, double speed)
    {
        _phases = phases;
        _speed = speed;
    }

    /// <summary>As fast as ingest accepts the events.</summary>
    public static ReplayPace Unlimited { get; } = new([], 0);

    /// <summary>A fixed number of events a second; above 0.</summary>
    public static ReplayPace FixedRate(double eventsPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(eventsPerSecond);
        return new ReplayPace([new RatePhase(eventsPerSecond, TimeSpan.MaxValue)], 0);
    }

    /// <summary>Several rates, one after the other; the last one holds to the end.</summary>
    public static ReplayPace Phases(params IEnumerable<RatePhase> phases)
    {
        ImmutableArray<RatePhase> all = [.. phases];
        ArgumentOutOfRangeException.ThrowIfZero(all.Length);
        foreach (var phase in all)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(phase.EventsPerSecond);
        return new ReplayPace(all, 0);
    }

    /// <summary>A multiple of the speed at which the events happened; above 0.</summary>
    public static ReplayPace TraceSpeed(double multiple)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(multiple);
        return new ReplayPace([], multiple);
    }

    /// <summary>Time from the start of the replay at which an event is due.</summary>
    /// <param name="index">Number of events before it.</param>
    /// <param name="traceTime">Time in the trace from the first event to it.</param>
    public TimeSpan DueAfter(long index, TimeSpan traceTime) =>
        _phases.Length > 0 ? DueByRate(index)
        : _speed > 0 ? traceTime / _speed
        : TimeSpan.Zero;

    /// <inheritdoc/>
    public override string ToString() =>
        _phases.Length > 0 ? string.Join(", then ", _phases.Select(phase => $"{phase.EventsPerSecond:N0} events/s"))
        : _speed > 0 ? $"{_speed:0.##}x the trace's own speed"
        : "as fast as ingest takes them";

    private TimeSpan DueByRate(long index)
    {
        var (left, start) = ((double)index, TimeSpan.Zero);
        foreach (var phase in _phases[..^1])
        {
            var events = phase.EventsPerSecond * phase.Length.TotalSeconds;
            if (left < events)
                return start + TimeSpan.FromSeconds(left / phase.EventsPerSecond);
            (left, start) = (left - events, start + phase.Length);
        }
        return start + TimeSpan.FromSeconds(left / _phases[^1].EventsPerSecond);
    }
}

/// <summary>A rate for a time.</summary>
/// <param name="EventsPerSecond">The rate; above 0.</param>
/// <param name="Length">How long; of no effect in the last phase.</param>
public readonly record struct RatePhase(double EventsPerSecond, TimeSpan Length);
