using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Verification;

/// <summary>How a trace is sent.</summary>
internal sealed record ReplayPlan
{
    /// <summary>Actions per second; null for as fast as ingest takes them.</summary>
    public double? Rate { get; init; }

    public int Workers { get; init; } = 64;

    public int BatchSize { get; init; } = 500;

    /// <summary>How long a request is tried before the replay fails.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time between two reports of progress.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    public ReplayOptions ToOptions() => new()
    {
        Workers = Workers,
        BatchSize = BatchSize,
        GiveUpAfter = GiveUpAfter,
        ProgressInterval = ProgressInterval,
        Pace = Rate is { } rate ? ReplayPace.FixedRate(rate) : ReplayPace.Unlimited,
    };
}
