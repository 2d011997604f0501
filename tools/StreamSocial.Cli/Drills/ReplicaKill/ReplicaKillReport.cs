using System.Text.Json.Serialization;
using StreamSocial.Cli.Drills.Running;

namespace StreamSocial.Cli.Drills.ReplicaKill;

/// <summary>What came of killing replicas.</summary>
internal sealed record ReplicaKillReport(DrillSummary Summary, int Replicas, int WantedKills, IReadOnlyList<ReplicaKillFinding> Kills) : IDrillReport
{
    [JsonInclude]
    public bool Passed => Summary.IsEqual && Summary.HeldRate && Kills.Count == WantedKills && Kills.All(kill => kill.FullRateAfter is not null);
}
