using System.Collections.Immutable;
using StreamSocial.Scaling;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>One decision of the autoscaler.</summary>
internal sealed record DecisionSnapshot(
    string Id, long At, string Verdict, int? Current, int? Desired, string Reason, ImmutableSortedDictionary<string, double> Terms, ImmutableArray<string> Unknown)
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
