using System.Text.Json.Serialization;
using StreamSocial.Cli.Distribution;
using StreamSocial.Cli.Topology;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Verification;

/// <summary>What a verification found.</summary>
internal sealed record VerifyReport
{
    /// <summary>The trace.</summary>
    public required string Trace { get; init; }

    /// <summary>Source of Kafka, profile and replicas.</summary>
    public required string Topology { get; init; }

    /// <summary>What the trace holds, before it was turned into actions: its lines.</summary>
    public required long Interactions { get; init; }

    public required long Actions { get; init; }

    /// <summary>Actions that the reference made of the trace.</summary>
    public required long ExpectedActions { get; init; }

    /// <summary>Actions acknowledged by ingest, per second of sending.</summary>
    public required double ActionsPerSecond { get; init; }

    /// <summary>Entries that feeds had to take, those included that newer ones pushed out.</summary>
    public required long Deliveries { get; init; }

    /// <summary>Per second from the first POST until everything was applied.</summary>
    public required double DeliveriesPerSecond { get; init; }

    /// <summary>From the first POST until everything was applied.</summary>
    public required TimeSpan Applied { get; init; }

    public required Outcome Outcome { get; init; }

    public required ReplayResult Replay { get; init; }

    /// <summary>Bytes written to changelogs for each byte that the tasks consumed; null when unknown.</summary>
    public required double? WriteAmplification { get; init; }

    /// <summary>Resident memory of the whole topology at its peak; null where it cannot be read.</summary>
    public required long? PeakBytes { get; init; }

    /// <summary>Part of the machine that the hypervisor gave to others meanwhile, 0 to 1; null when unknown. Rates are low bounds where it is not small.</summary>
    public required double? StolenShare { get; init; }

    public required IReadOnlyList<KindUsage> Processes { get; init; }

    public required IReadOnlyList<TopicDistribution> Distribution { get; init; }

    public required string Hardware { get; init; }

    [JsonInclude]
    public bool Passed => Actions == ExpectedActions && Outcome.IsEqual;
}
