using System.Collections.Immutable;
using StreamSocial.Scaling;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>One decision of the autoscaler.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it was made, in Unix milliseconds.</param>
/// <param name="Verdict">hold, out, in, or unknown.</param>
/// <param name="Current">Replicas before it; null when unknown.</param>
/// <param name="Desired">Replicas that it asked for; null when unknown.</param>
/// <param name="IsDone">Whether the orchestrator took it; null while it has not answered, or was not asked.</param>
/// <param name="Actuation">The orchestrator's answer, one sentence; null while there is none.</param>
/// <param name="Reason">Why, one sentence.</param>
/// <param name="Terms">What it was made from, by name.</param>
/// <param name="Unknown">What could not be measured.</param>
internal sealed record DecisionSnapshot(
    string Id, long At, string Verdict, int? Current, int? Desired, bool? IsDone, string? Actuation, string Reason, ImmutableSortedDictionary<string, double> Terms,
    ImmutableArray<string> Unknown)
{
    // The contract's counts cannot be null; this name in its list of unknowns marks them as meaningless.
    private const string Replicas = "replicas";

    public static DecisionSnapshot From(ScalingDecision decision)
    {
        var isKnown = !decision.Unknown.Contains(Replicas);
        return new DecisionSnapshot(
            decision.DecisionId,
            decision.DecidedAt,
            Word(decision.Verdict),
            isKnown ? decision.CurrentReplicas : null,
            isKnown ? decision.DesiredReplicas : null,
            decision.HasActuation ? decision.Accepted : null,
            decision.HasActuation ? decision.Actuation : null,
            decision.Reason,
            decision.Terms.ToImmutableSortedDictionary(StringComparer.Ordinal),
            [.. decision.Unknown]);
    }

    private static string Word(ScalingVerdict verdict) => verdict switch
    {
        ScalingVerdict.Hold => "hold",
        ScalingVerdict.ScaleOut => "out",
        ScalingVerdict.ScaleIn => "in",
        _ => "unknown",
    };
}
