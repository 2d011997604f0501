using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;
using StreamSocial.Replay;

namespace StreamSocial.Cli.Drills.Running;

/// <summary>What all drills have in common.</summary>
internal sealed record DrillOptions
{
    public required TopologyOptions Topology { get; init; }

    /// <summary>Opens the trace of a round.</summary>
    public required Func<int, ITraceSource> OpenTrace { get; init; }

    /// <summary>Most actions; null for as many as the drill takes.</summary>
    public long? Actions { get; init; }

    /// <summary>Actions per second.</summary>
    public required double Rate { get; init; }

    /// <summary>Seed of the random choices.</summary>
    public int Seed { get; init; } = 1;

    public int Workers { get; init; } = 16;

    public int BatchSize { get; init; } = 500;

    /// <summary>Share of the wanted rate that counts as full.</summary>
    public double FullShare { get; init; } = 0.9;

    /// <summary>What is compared beside the feeds.</summary>
    public ReadBackScope ReadBack { get; init; } = ReadBackScope.All;

    /// <summary>Undisturbed time at the beginning, against which the disturbances are measured.</summary>
    public TimeSpan SteadyTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for the topology to reach the rate at the beginning: new brokers are slow.</summary>
    public TimeSpan WarmUpTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest further time, once the rate is reached, to send what fell behind meanwhile.</summary>
    public TimeSpan CatchUpTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time for the topology to recover from one disturbance before the drill fails.</summary>
    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest time without any progress before the drill fails.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The topology's description for the table.</summary>
    public string Describe(string profile) => $"Kafka {Topology.Kafka}, profile {profile}";
}
