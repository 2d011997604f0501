using System.Collections.Immutable;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Scaling.Policies;

/// <summary>Gathers the terms of a decision while it is made.</summary>
internal sealed class DecisionDraft
{
    private readonly int? _current;
    private readonly GroupLoad _load;
    private readonly ImmutableSortedDictionary<string, double>.Builder _terms =
        ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);

    private int? _recommended;

    public DecisionDraft(ScalingSnapshot snapshot, GroupLoad load)
    {
        _current = snapshot.Scale?.Desired;
        _load = load;
        var isRead = !snapshot.Partitions.IsEmpty;
        Note("age.oldest_seconds", load.OldestAge?.TotalSeconds);
        Note("arrival.records_per_second", isRead ? load.ArrivalRecords : null);
        Note("processed.records_per_second", isRead ? load.ProcessedRecords : null);
        Note("backlog.records", isRead ? load.BacklogRecords : null);
        Note("load.arrival_replicas", isRead && !load.LacksCost ? load.Arrival : null);
        Note("load.backlog_replica_seconds", isRead && !load.LacksCost ? load.Backlog : null);
        Note("restoring.partitions", isRead ? load.Restoring : null);
        Note("members", snapshot.Members?.Length);
        Note("busy.ratio", snapshot.Members?.Average(member => member.BusyRatio));
        Note("running.replicas", snapshot.Scale?.Running);
        foreach (var (topic, cost) in snapshot.Costs)
            Note($"cost.{topic}.ms_per_record", cost.SecondsPerRecord * 1000);
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
        new(verdict, cause, _current, desired, _recommended, reason, _terms.ToImmutable(), [.. _load.Unknown, .. unknown]);
}
