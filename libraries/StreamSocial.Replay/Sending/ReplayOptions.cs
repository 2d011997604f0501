using System.ComponentModel.DataAnnotations;

namespace StreamSocial.Replay.Sending;

/// <summary>How a replay sends.</summary>
public sealed class ReplayOptions
{
    /// <summary>Most requests in flight at once, never two with events of one key, so their order is kept.</summary>
    /// <value>Default 8; 1 to 256.</value>
    [Range(1, 256)]
    public int Workers { get; set; } = 8;

    /// <summary>Time of a request above which fewer are in flight, until they take less again (<see cref="InFlightWindow"/>).</summary>
    /// <value>Default 6 s, well below ingest's own limit of 30 s for an acknowledgement; 10 ms to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan TargetLatency { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>Most events in one request; ingest has a limit of its own.</summary>
    /// <value>Default 500; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 500;

    /// <summary>Full batches that may wait for each worker; the reader of the trace stops beyond them.</summary>
    /// <value>Default 4; 1 to 1,000.</value>
    [Range(1, 1_000)]
    public int QueuedBatchesPerWorker { get; set; } = 4;

    /// <summary>How long one request may take before it is tried again.</summary>
    /// <value>Default 60 s, above ingest's own limit, so that ingest is the one to answer; 0.1 s to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>First wait before a request is tried again; doubles with each further try. A <c>Retry-After</c> of ingest goes first.</summary>
    /// <value>Default 50 ms; 1 ms to 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest wait before a request is tried again; also bounds a <c>Retry-After</c>.</summary>
    /// <value>Default 5 s; 1 ms to 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan MaximumRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a batch is tried before the replay fails.</summary>
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
