using System.Collections.Immutable;
using StreamSocial.Autoscaler.Signals;
using StreamSocial.Events;

namespace StreamSocial.Autoscaler.Policies;

/// <summary>Gathers the terms of a decision while it is made.</summary>
internal sealed class DecisionDraft
{
    private readonly int? _current;
    private readonly LoadTerms _load;
    private readonly ImmutableSortedDictionary<string, double>.Builder _terms =
        ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);

    private int? _recommended;

    public DecisionDraft(ScalingSnapshot snapshot, LoadTerms load)
    {
        _current = snapshot.Scale?.Desired;
        _load = load;
        Note("arrival.records_per_second", load.ArrivalRate);
        Note("backlog.records", load.BacklogRecords);
        Note("true_rate.records_per_second", load.TrueRate);
        Note("busy.ratio", load.BusyRatio);
        Note("members", snapshot.Members?.Length);
        Note("running.replicas", snapshot.Scale?.Running);
        Note("restoring.partitions", snapshot.Partitions.IsEmpty ? null : load.Restoring);
    }

    /// <summary>Keeps a term; an unknown one is left out.</summary>
    public void Note(string name, double? value)
    {
        if (value is { } known)
            _terms[name] = known;
    }

    public DecisionDraft Recommend(int replicas)
    {
        _recommended = replicas;
        return this;
    }

    public PolicyDecision Hold(DecisionCause cause, string reason, params ReadOnlySpan<string> unknown) =>
        Make(ScalingVerdict.Hold, cause, _current, reason, unknown);

    public PolicyDecision Act(int desired, DecisionCause cause, string reason, ScalingVerdict? verdict = null) =>
        Make(verdict ?? (desired > _current ? ScalingVerdict.ScaleOut : ScalingVerdict.ScaleIn), cause, desired, reason, []);

    private PolicyDecision Make(ScalingVerdict verdict, DecisionCause cause, int? desired, string reason, ReadOnlySpan<string> unknown) =>
        new(verdict, cause, _current, desired, _recommended, reason, _terms.ToImmutable(), _load.Unknown.AddRange(unknown));
}
