namespace StreamSocial.Autoscaler.Policies;

/// <summary>The kind of reason, stable while its figures change; a decision is recorded anew when it changes.</summary>
internal enum DecisionCause
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

    /// <summary>Fewer would do, not yet for long enough.</summary>
    Stabilising,

    /// <summary>Fewer have been enough for the whole window.</summary>
    Idle,

    /// <summary>The count is right.</summary>
    OnTarget,

    /// <summary>More would be needed than the bounds allow.</summary>
    AtMaximum,
}
