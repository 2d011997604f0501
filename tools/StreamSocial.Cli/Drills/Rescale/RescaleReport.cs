using System.Text.Json.Serialization;
using StreamSocial.Cli.Drills.Running;

namespace StreamSocial.Cli.Drills.Rescale;

/// <summary>What came of changing the number of replicas.</summary>
internal sealed record RescaleReport(DrillSummary Summary, IReadOnlyList<int> WantedSteps, IReadOnlyList<RescaleFinding> Steps) : IDrillReport
{
    [JsonInclude]
    public bool Passed => Summary.IsEqual && Summary.HeldRate && Steps.Count == WantedSteps.Count - 1 && Steps.All(step => step.LeftOthersAlone);
}
