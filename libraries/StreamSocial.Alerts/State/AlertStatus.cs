using StreamSocial.Alerts.Evaluation;

namespace StreamSocial.Alerts.State;

/// <summary>Where an alert is.</summary>
/// <remarks>
/// <code>
///   Inactive ──breached──► Pending ──breached for For──► Firing ──fine for KeepFiringFor──► Resolved
///                             │  ▲                        │  ▲                                 │
///                             │  └────────────────────────┼──┼───────────breached──────────────┘
///                             └──fine──► Inactive         └──┘ breached, or fine for less
/// </code>
/// An unknown verdict changes nothing.
/// </remarks>
public enum AlertStatus
{
    /// <summary>Nothing is wrong, or nothing was yet.</summary>
    Inactive,

    /// <summary>The rule is breached, not yet for long enough.</summary>
    Pending,

    /// <summary>It was breached for long enough, and has not been fine for long enough since.</summary>
    Firing,

    /// <summary>It fired, and is fine again.</summary>
    Resolved,
}

/// <summary>Where an alert is, and since when. Times are the evaluations'.</summary>
/// <param name="Status">Where it is.</param>
/// <param name="ActiveAt">Since when the rule has been breached.</param>
/// <param name="FiredAt">When it fired.</param>
/// <param name="FineSince">While it fires: since when the rule has been fine; null while it is breached.</param>
/// <param name="ResolvedAt">When it was resolved.</param>
public sealed record AlertPhase(AlertStatus Status, DateTimeOffset? ActiveAt, DateTimeOffset? FiredAt, DateTimeOffset? FineSince, DateTimeOffset? ResolvedAt)
{
    /// <summary>Before anything was wrong.</summary>
    public static readonly AlertPhase Inactive = new(AlertStatus.Inactive, null, null, null, null);

    /// <summary>The phase after an evaluation. A pure function.</summary>
    /// <param name="verdict">What the rule saw.</param>
    /// <param name="wait">How long it must be breached before it fires.</param>
    /// <param name="keep">How long it must be fine before it is resolved.</param>
    /// <param name="now">When the rule was evaluated.</param>
    public AlertPhase After(Verdict verdict, TimeSpan wait, TimeSpan keep, DateTimeOffset now) => (Status, verdict) switch
    {
        (_, Verdict.Unknown) => this,
        (AlertStatus.Inactive or AlertStatus.Resolved, Verdict.Breached) => FireIfDue(now, wait, now),
        (AlertStatus.Inactive or AlertStatus.Resolved, _) => this,
        (AlertStatus.Pending, Verdict.Breached) => FireIfDue(ActiveAt!.Value, wait, now),
        (AlertStatus.Pending, _) => Inactive,
        (AlertStatus.Firing, Verdict.Breached) => this with { FineSince = null },
        (AlertStatus.Firing, _) => ResolveIfDue(FineSince ?? now, keep, now),
        _ => throw new InvalidOperationException($"No transition from {Status} on {verdict}."),
    };

    private static AlertPhase FireIfDue(DateTimeOffset since, TimeSpan wait, DateTimeOffset now)
    {
        var activeAt = NotAfter(since, now);
        return now - activeAt >= wait ? new AlertPhase(AlertStatus.Firing, activeAt, now, null, null) : new AlertPhase(AlertStatus.Pending, activeAt, null, null, null);
    }

    private AlertPhase ResolveIfDue(DateTimeOffset since, TimeSpan keep, DateTimeOffset now)
    {
        var fineSince = NotAfter(since, now);
        return now - fineSince >= keep ? this with { Status = AlertStatus.Resolved, FineSince = null, ResolvedAt = now } : this with { FineSince = fineSince };
    }

    /// <summary>When the clock was set back, a wait that would begin later begins now.</summary>
    private static DateTimeOffset NotAfter(DateTimeOffset since, DateTimeOffset now) => since < now ? since : now;
}
