using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Unit.Tests.Scaling.Policies;

/// <summary>The policy with options whose effects are easy to compute.</summary>
public abstract class FreshnessPolicyTestBase
{
    /// <summary>Seconds: older than the target.</summary>
    private protected const double Late = 5;

    private readonly FreshnessPolicy _policy = new();
    private protected readonly ScalingOptions _options = new()
    {
        Maximum = 8,
        AgeTarget = TimeSpan.FromSeconds(4),
        TargetUtilisation = 0.8,
        Tolerance = 0,
        CatchUpTarget = TimeSpan.FromSeconds(30),
        MoveDuration = TimeSpan.Zero,
        StabilisationWindow = TimeSpan.FromSeconds(60),
    };

    private protected PolicyDecision Decide(ScalingSnapshot snapshot) => _policy.Decide(snapshot, _options, Snapshots.Now);

    private protected static (ScalingVerdict, DecisionCause) Kind(PolicyDecision decision) => (decision.Verdict, decision.Cause);
}
