using System.Text.Json.Serialization;
using StreamSocial.Cli.Drills.Running;

namespace StreamSocial.Cli.Drills.EventStreams;

/// <summary>What clients of streams saw while the number of replicas changed.</summary>
/// <param name="Rescales">How many times it changed.</param>
internal sealed record StreamReport(DrillSummary Summary, IReadOnlyList<int> Steps, int Rescales, StreamTally Streams) : IDrillReport
{
    [JsonInclude]
    public bool Passed => Summary.IsEqual && Rescales == Steps.Count - 1 && Streams is { SawEverythingOnce: true, Received: > 0 };
}
