using System.Text.Json.Serialization;
using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Drills.Running;

/// <summary>What a drill found.</summary>
internal interface IDrillReport
{
    /// <summary>Whether everything held that the drill is to prove.</summary>
    bool Passed { get; }
}

/// <summary>What every drill reports.</summary>
internal sealed record DrillSummary
{
    public required string Trace { get; init; }

    public required string Topology { get; init; }

    public required int Seed { get; init; }

    /// <summary>Actions per second that were asked for.</summary>
    public required double WantedRate { get; init; }

    /// <summary>Share of it that counts as full.</summary>
    public required double FullShare { get; init; }

    public required SteadyState Steady { get; init; }

    /// <summary>Actions acknowledged, and expected by the reference.</summary>
    public required long Actions { get; init; }

    public required long ExpectedActions { get; init; }

    public required long Deliveries { get; init; }

    public required ReplayResult Replay { get; init; }

    public required Outcome Outcome { get; init; }

    public required long? PeakBytes { get; init; }

    /// <summary>Part of the machine that the hypervisor gave to others meanwhile, 0 to 1; null when unknown. Rates are low bounds where it is not small.</summary>
    public required double? StolenShare { get; init; }

    public required IReadOnlyList<KindUsage> Processes { get; init; }

    public required string Hardware { get; init; }

    /// <summary>Whether nothing was lost, repeated or reordered, though there was something to lose, and all is as the reference says.</summary>
    [JsonInclude]
    public bool IsEqual => Actions == ExpectedActions && Deliveries > 0 && Outcome.IsEqual;

    /// <summary>Whether the trace ran at the wanted rate, over the whole drill.</summary>
    [JsonInclude]
    public bool HeldRate => Replay.Rate >= FullShare * WantedRate;
}
