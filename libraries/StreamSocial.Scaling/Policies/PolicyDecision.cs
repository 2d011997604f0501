using System.Collections.Immutable;

namespace StreamSocial.Scaling.Policies;

/// <summary>What a policy wants done, and why.</summary>
/// <param name="Verdict">Hold, out or in.</param>
/// <param name="Cause">The kind of reason.</param>
/// <param name="Current">Replicas asked for last; null when unknown.</param>
/// <param name="Desired">Replicas to ask for; the current ones on hold.</param>
/// <param name="Recommended">What the load alone would need, within bounds; null when it could not be computed.</param>
/// <param name="Reason">One sentence for a person.</param>
/// <param name="Terms">Inputs and intermediate terms that were known.</param>
/// <param name="Unknown">Inputs that were not.</param>
public sealed record PolicyDecision(
    ScalingVerdict Verdict,
    DecisionCause Cause,
    int? Current,
    int? Desired,
    int? Recommended,
    string Reason,
    ImmutableSortedDictionary<string, double> Terms,
    ImmutableArray<string> Unknown)
{
    /// <summary>Whether the orchestrator has to be asked for something.</summary>
    public bool Acts => Verdict is ScalingVerdict.ScaleOut or ScalingVerdict.ScaleIn;
}

/// <summary>The kind of reason. It stays the same while its figures change; a decision of another kind is recorded.</summary>
public enum DecisionCause
{
    /// <summary>A signal that the decision needs is missing.</summary>
    UnknownSignals,

    /// <summary>The count is outside the bounds.</summary>
    OutOfBounds,

    /// <summary>A replica that was asked for does not run.</summary>
    ReplicaMissing,

    /// <summary>Members are joining, leaving or restoring.</summary>
    Unsettled,

    /// <summary>The load needs more.</summary>
    Load,

    /// <summary>The load would be caught up with if it were even, and is not.</summary>
    Uneven,

    /// <summary>The states need more memory than the replicas have.</summary>
    Memory,

    /// <summary>Fewer would suffice, but not yet for long enough.</summary>
    Stabilising,

    /// <summary>Fewer have sufficed for the whole window.</summary>
    Idle,

    /// <summary>The count is right.</summary>
    OnTarget,

    /// <summary>The load needs more than the bounds allow.</summary>
    AtMaximum,

    /// <summary>Records wait too long, but the replicas that there are catch up by themselves.</summary>
    CatchingUp,

    /// <summary>One partition needs more than the thread that may process it.</summary>
    HotPartition,

    /// <summary>Records wait for something that more replicas do not bring.</summary>
    NotReplicas,

    /// <summary>The last step out did not raise what is processed.</summary>
    NoGain,

    /// <summary>The load has been unknown for long.</summary>
    Fallback,

    /// <summary>A person asked for a number of replicas.</summary>
    Fixed,

    /// <summary>A person paused the scaling.</summary>
    Paused,
}
