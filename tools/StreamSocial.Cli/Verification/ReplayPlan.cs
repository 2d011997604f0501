using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Verification;

/// <summary>How a trace is sent.</summary>
internal sealed record ReplayPlan
{
    /// <summary>Events per second; null for as fast as ingest takes them.</summary>
    public double? Rate { get; init; }

    /// <summary>Multiple of the trace's own speed, in place of <see cref="Rate"/>.</summary>
    public double? Speed { get; init; }

    /// <summary>Rates one after the other, in place of <see cref="Rate"/>.</summary>
    public IReadOnlyList<RatePhase> Phases { get; init; } = [];

    public required int Workers { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>How long a request is tried before the replay fails.</summary>
    public required TimeSpan GiveUpAfter { get; init; }

    /// <summary>Time between two reports of progress.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    public ReplayOptions ToOptions() => new()
    {
        Workers = Workers,
        BatchSize = BatchSize,
        GiveUpAfter = GiveUpAfter,
        ProgressInterval = ProgressInterval,
        Pace = Phases.Count > 0 ? ReplayPace.Phases(Phases)
            : Speed is { } speed ? ReplayPace.TraceSpeed(speed)
            : Rate is { } rate ? ReplayPace.FixedRate(rate)
            : ReplayPace.Unlimited,
    };
}
