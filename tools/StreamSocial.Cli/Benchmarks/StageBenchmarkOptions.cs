using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>What <see cref="StageBenchmark"/> runs.</summary>
internal sealed record StageBenchmarkOptions
{
    /// <summary><c>embedded</c> or <c>process</c>.</summary>
    public required string Kafka { get; init; }

    public required TopologyProfile Profile { get; init; }

    /// <summary>Events of a round.</summary>
    public required int Events { get; init; }

    public required int Keys { get; init; }

    /// <summary>Measured rounds; one more warms up.</summary>
    public required int Rounds { get; init; }

    /// <summary>Least ratio of the stage's rate per core to the plain consumer's.</summary>
    public required double Aim { get; init; }
}
