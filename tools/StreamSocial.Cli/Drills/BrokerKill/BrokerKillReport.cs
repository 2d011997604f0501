using System.Text.Json.Serialization;
using StreamSocial.Cli.Drills.Running;

namespace StreamSocial.Cli.Drills.BrokerKill;

/// <summary>What came of killing and restarting brokers. The shares are of the steady rate that was reached around each outage.</summary>
internal sealed record BrokerKillReport(DrillSummary Summary, IReadOnlyList<BrokerFinding> Brokers) : IDrillReport
{
    [JsonInclude]
    public bool Passed => Summary.IsEqual && Brokers.Count > 0 && Brokers.All(broker => broker.Recovered && broker.WentOn);
}
