using System.Globalization;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Autoscaler.Overrides;

/// <summary>Replaces a policy's decision while a person's wish holds. The policy decides nevertheless, so that its terms are recorded.</summary>
internal static class OverridePolicy
{
    public static PolicyDecision Apply(PolicyDecision decision, ManualOverride wish, ScalingSnapshot snapshot)
    {
        if (wish.Kind == ScalingOverrideKind.None)
            return decision;
        var until = wish.Until is { } end ? $" until {end.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC" : "";
        var current = snapshot.Scale?.Desired;
        if (wish.Kind == ScalingOverrideKind.Paused)
            return decision with { Verdict = ScalingVerdict.Hold, Cause = DecisionCause.Paused, Desired = current, Reason = $"Scaling is paused by hand{until}." };

        var replicas = wish.Replicas!.Value;
        // Those that are asked for and do not run are asked for again.
        if (decision.Cause == DecisionCause.ReplicaMissing && current == replicas)
            return decision;
        return decision with
        {
            Verdict = current is null || current == replicas ? ScalingVerdict.Hold : replicas > current ? ScalingVerdict.ScaleOut : ScalingVerdict.ScaleIn,
            Cause = DecisionCause.Fixed,
            Desired = current is null ? null : replicas,
            Reason = $"{replicas} {(replicas == 1 ? "replica is" : "replicas are")} asked for by hand{until}.",
        };
    }
}
