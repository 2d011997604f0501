using System.Collections.Immutable;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Scaling.Policies;

/// <summary>Gathers the terms of a decision while it is made.</summary>
public sealed class DecisionDraft
{
    private readonly int? _current;
    private readonly GroupLoad _load;
    private readonly ImmutableSortedDictionary<string, double>.Builder _terms =
        ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);

    private int? _recommended;

    /// <summary>Begins with the terms that follow from the snapshot and its load.</summary>
    public DecisionDraft(ScalingSnapshot snapshot, GroupLoad load)
    {
        _current = snapshot.Scale?.Desired;
        _load = load;
        Note("age.oldest_seconds", load.OldestAge?.TotalSeconds);
        Note("arrival.records_per_second", load.IsMeasured ? load.ArrivalRecords : null);
        Note("processed.records_per_second", load.IsMeasured ? load.ProcessedRecords : null);
        Note("backlog.records", load.IsMeasured ? load.BacklogRecords : null);
        Note("load.arrival_replicas", load.IsMeasured && !load.LacksCost ? load.Arrival : null);
        Note("load.backlog_replica_seconds", load.IsMeasured && !load.LacksCost ? load.Backlog : null);
        Note("restoring.partitions", load.IsMeasured ? load.Restoring : null);
        Note("members", snapshot.Members?.Length);
        Note("busy.ratio", snapshot.Members?.Average(member => member.BusyRatio));
        Note("memory.fullest_ratio", load.FullestMemory);
        Note("forecast.rise", snapshot.ForecastRise);
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

    /// <summary>Says how many replicas the load alone would need.</summary>
    public DecisionDraft Recommend(int replicas)
    {
        _recommended = replicas;
        return this;
    }

    /// <summary>Decides to change nothing.</summary>
    /// <param name="cause">The kind of reason.</param>
    /// <param name="reason">One sentence for a person.</param>
    /// <param name="unknown">What was missing, besides what the load lacks.</param>
    public PolicyDecision Hold(DecisionCause cause, string reason, params ReadOnlySpan<string> unknown) =>
        Make(ScalingVerdict.Hold, cause, _current, reason, unknown);

    /// <summary>Decides to ask for a number of replicas.</summary>
    /// <param name="desired">The number.</param>
    /// <param name="cause">The kind of reason.</param>
    /// <param name="reason">One sentence for a person.</param>
    /// <param name="verdict">Out or in; by default as the numbers say.</param>
    public PolicyDecision Act(int desired, DecisionCause cause, string reason, ScalingVerdict? verdict = null) =>
        Make(verdict ?? (desired > _current ? ScalingVerdict.ScaleOut : ScalingVerdict.ScaleIn), cause, desired, reason, []);

    private PolicyDecision Make(ScalingVerdict verdict, DecisionCause cause, int? desired, string reason, ReadOnlySpan<string> unknown) =>
        new(verdict, cause, _current, desired, _recommended, reason, _terms.ToImmutable(), [.. _load.Unknown, .. unknown]);
}
