using System.Collections.Immutable;
using StreamSocial.Alerts.Evaluation;

namespace StreamSocial.Alerts.State;

/// <summary>An alert: a rule with its labels, where it is, and what it was.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Labels">What distinguishes it from others of the rule.</param>
/// <param name="Phase">Where it is.</param>
/// <param name="Text">What is the matter, as of the last evaluation that saw it.</param>
/// <param name="Value">The figure then; null when unknown.</param>
/// <param name="Episodes">The times that it fired, oldest first; the last one goes on while it fires.</param>
public sealed record Alert(
    string Rule, ImmutableSortedDictionary<string, string> Labels, AlertPhase Phase, string Text, double? Value, ImmutableArray<Episode> Episodes)
{
    /// <summary>Most episodes that are kept of those that were told.</summary>
    private const int MaxTold = 20;

    /// <summary>Most episodes of all: of more that nobody could be told, those in the middle are left out.</summary>
    private const int MaxEpisodes = 100;

    /// <summary>What identifies it.</summary>
    public string Fingerprint { get; } = AlertFingerprint.Of(Rule, Labels);

    /// <summary>The alert of a label set that was not seen before.</summary>
    public static Alert New(Observation seen) => new(seen.Rule.Name, seen.Labels, AlertPhase.Inactive, seen.Text, seen.Value, []);

    /// <summary>The alert after an evaluation. A pure function.</summary>
    /// <param name="seen">What the rule saw.</param>
    /// <param name="now">When it was evaluated.</param>
    public Alert After(Observation seen, DateTimeOffset now)
    {
        var phase = Phase.After(seen.Verdict, seen.Rule.For, seen.Rule.KeepFiringFor, now);
        // While it is fine, the text goes on to say what was wrong.
        var next = seen.Verdict == Verdict.Breached ? this with { Phase = phase, Text = seen.Text, Value = seen.Value } : this with { Phase = phase };
        if (phase.Status == AlertStatus.Firing && Phase.Status != AlertStatus.Firing)
            return next with { Episodes = Trim(Episodes).Add(new Episode(phase.ActiveAt!.Value, now, null, next.Text, next.Value, false, false)) };
        return phase.Status == AlertStatus.Resolved && Phase.Status == AlertStatus.Firing
            ? next with { Episodes = next.Episodes.SetItem(next.Episodes.Length - 1, next.Episodes[^1] with { ResolvedAt = now }) }
            : next;
    }

    private static ImmutableArray<Episode> Trim(ImmutableArray<Episode> episodes)
    {
        var excess = episodes.Length - MaxTold + 1;
        if (excess <= 0)
            return episodes;
        ImmutableArray<Episode> kept = [.. episodes.Where((episode, index) => index >= excess || !episode.IsToldOf)];
        // The first one stays: the receiver has to hear since when.
        return kept.Length < MaxEpisodes ? kept : kept.RemoveRange(1, kept.Length - MaxEpisodes + 1);
    }
}

/// <summary>Once that an alert fired.</summary>
/// <param name="ActiveAt">Since when the rule was breached.</param>
/// <param name="FiredAt">When it fired.</param>
/// <param name="ResolvedAt">When it was resolved; null while it fires.</param>
/// <param name="Text">What was wrong when it fired.</param>
/// <param name="Value">The figure then; null when unknown.</param>
/// <param name="FiringTold">Whether the receiver knows that it fired, or need not.</param>
/// <param name="ResolvedTold">Whether the receiver knows that it was resolved, or need not.</param>
public sealed record Episode(
    DateTimeOffset ActiveAt, DateTimeOffset FiredAt, DateTimeOffset? ResolvedAt, string Text, double? Value, bool FiringTold, bool ResolvedTold)
{
    /// <summary>Whether it is over and nothing of it is left to tell.</summary>
    public bool IsToldOf => ResolvedAt is not null && FiringTold && ResolvedTold;

    /// <summary>Nothing is left to tell of it.</summary>
    public Episode WithNothingToTell() => this with { FiringTold = true, ResolvedTold = true };
}
