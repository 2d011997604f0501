using System.Text.Json.Serialization;
using StreamSocial.Cli.Drills.Running;

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

    /// <summary>Acknowledged per second during the outage; null when unknown.</summary>
    public required double? RateDuringOutage { get; init; }

    /// <summary>Undisturbed, right before.</summary>
    public required SteadyState SteadyBefore { get; init; }

    /// <summary>Undisturbed, right after.</summary>
    public required SteadyState SteadyAfter { get; init; }

    /// <summary>Until actions were acknowledged at the full rate again; zero when the rate did not fall; null when that was not seen.</summary>
    public required TimeSpan? FullRateAfter { get; init; }

    /// <summary>
    /// The rate during the outage as a share of the steady rate before or after it, whichever is higher. What the machine can do changes with the length of
    /// a run, so the rate at its beginning is no measure of an outage minutes later.
    /// </summary>
    [JsonInclude]
    public double? ShareDuringOutage => RateDuringOutage / Math.Max(SteadyBefore.AcknowledgedRate, SteadyAfter.AcknowledgedRate);

    [JsonInclude]
    public bool Recovered => FullRateAfter <= AllowedRecovery;

    [JsonInclude]
    public bool WentOn => ShareDuringOutage >= AllowedShare;
}
