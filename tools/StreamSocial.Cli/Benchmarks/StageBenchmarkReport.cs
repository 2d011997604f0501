using System.Text.Json.Serialization;
using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>What <see cref="StageBenchmark"/> measured, round by round.</summary>
internal sealed record StageBenchmarkReport
{
    public required string Kafka { get; init; }

    public required TopologyProfile Profile { get; init; }

    public required IReadOnlyList<Measurement> Plain { get; init; }

    public required IReadOnlyList<Measurement> Stage { get; init; }

    /// <summary>Least <see cref="Ratio"/>.</summary>
    public required double Aim { get; init; }

    public required string Hardware { get; init; }

    /// <summary>Median over the rounds of the stage's events/s per core divided by the plain consumer's of the same round.</summary>
    [JsonInclude]
    public double Ratio => Median(Stage.Zip(Plain, (stage, plain) => stage.EventsPerCoreSecond / plain.EventsPerCoreSecond));

    [JsonInclude]
    public bool Passed => Ratio >= Aim;

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
