using StreamSocial.Cli.Topology;
using StreamSocial.Replay;

namespace StreamSocial.Cli.Verification;

/// <summary>What a verification runs.</summary>
internal sealed record VerifyOptions
{
    public required TopologyOptions Topology { get; init; }

    /// <summary>Opens the same trace each time.</summary>
    public required Func<ITraceSource> OpenTrace { get; init; }

    /// <summary>Whether to go from 1 replica to the maximum after a third and back to 1 after two thirds.</summary>
    public bool Rescale { get; init; }

    /// <summary>Actions per second; null for as fast as ingest takes them.</summary>
    public double? Rate { get; init; }

    public int Workers { get; init; } = 64;

    public int BatchSize { get; init; } = 500;

    /// <summary>Longest time without any progress before the run fails.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether to leave the topology running, after the result, until Ctrl-C.</summary>
    public bool KeepRunning { get; init; }
}
