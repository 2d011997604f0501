using System.Text.Json.Serialization;

namespace StreamSocial.Cli.Drills.BrokerKill;

/// <summary>What the loss or the restart of one broker did.</summary>
internal sealed record BrokerFinding
{
    /// <summary>Longest time until the full rate is reached again.</summary>
    public static readonly TimeSpan AllowedRecovery = TimeSpan.FromSeconds(30);

    /// <summary>Least share of the steady rate during the outage.</summary>
    public const double AllowedShare = 0.5;

    public required string Broker { get; init; }

    /// <summary><c>kill</c>, or <c>restart</c> in good order.</summary>
    public required string Disturbance { get; init; }

    /// <summary>When, since the drill began.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Until the broker served again.</summary>
    public required TimeSpan Outage { get; init; }

    /// <summary>Until it had all its replicas again.</summary>
    public required TimeSpan InSyncAfter { get; init; }

    /// <summary>Longest time between two acknowledgements.</summary>
    public required TimeSpan? WorstGap { get; init; }

    /// <summary>Acknowledged per second during the outage, as a share of the steady rate.</summary>
    public required double? ShareDuringOutage { get; init; }

    /// <summary>Until actions were acknowledged at the full rate again; zero when the rate did not fall; null when that was not seen.</summary>
    public required TimeSpan? FullRateAfter { get; init; }

    [JsonInclude]
    public bool Recovered => FullRateAfter <= AllowedRecovery;

    [JsonInclude]
    public bool WentOn => ShareDuringOutage >= AllowedShare;
}
