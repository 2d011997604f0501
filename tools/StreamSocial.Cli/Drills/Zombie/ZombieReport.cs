using System.Text.Json.Serialization;
using StreamSocial.Cli.Drills.Running;

namespace StreamSocial.Cli.Drills.Zombie;

/// <summary>What came of freezing replicas and continuing them when others had taken over.</summary>
internal sealed record ZombieReport(DrillSummary Summary, int Replicas, int WantedTimes, IReadOnlyList<ZombieFinding> Times) : IDrillReport
{
    /// <summary>Whether a late checkpoint was tried at all: without one the drill proves little.</summary>
    [JsonInclude]
    public bool ProvokedFencing => Times.Sum(time => time.CheckpointsFenced) > 0;

    [JsonInclude]
    public bool Passed => Summary.IsEqual && Summary.HeldRate && Times.Count == WantedTimes && ProvokedFencing;
}
