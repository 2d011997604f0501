using System.Collections.Immutable;
using StreamSocial.Scaling.Policies;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Scaling.Signals;

/// <summary>Everything that a policy decides from.</summary>
public sealed record ScalingSnapshot
{
    /// <summary>Partitions of all input topics; none of a topic that could not be read, see <see cref="UnreadTopics"/>.</summary>
    public ImmutableArray<PartitionSignal> Partitions { get; init; } = [];

    /// <summary>Topics whose partitions are unknown.</summary>
    public ImmutableArray<string> UnreadTopics { get; init; } = [];

    /// <summary>Whether the age of each partition's oldest record is known, and not only the least that it can be.</summary>
    public bool KnowsAges => UnreadTopics.IsEmpty && Partitions.All(partition => partition is { OldestAge: not null, IsAgeAtLeast: false });

    /// <summary>Topics of stages that an operator has paused. What waits there is no reason to scale: their partitions count as having no lag.</summary>
    public ImmutableArray<string> PausedTopics { get; init; } = [];

    /// <summary>What a record of each input topic costs; a topic that was never measured is absent.</summary>
    public ImmutableDictionary<string, StageCostSignal> Costs { get; init; } = ImmutableDictionary<string, StageCostSignal>.Empty;

    /// <summary>By input topic, the input topics whose processing fills it; absent when it is filled from outside only.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Upstream { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>
    /// What arrives when added replicas could be there, as a multiple of what arrives now, by what arrived at that time of earlier days; null without a forecast.
    /// </summary>
    public double? ForecastRise { get; init; }

    /// <summary>Live members; null when unknown.</summary>
    public ImmutableArray<MemberSignal>? Members { get; init; }

    /// <summary>The orchestrator's view; null when unknown.</summary>
    public ScaleSignal? Scale { get; init; }

    /// <summary>Since when fewer replicas run than were asked for; null when none is missing.</summary>
    public DateTimeOffset? MissingSince { get; init; }

    /// <summary>Since when members join, leave or restore; null when the group is settled.</summary>
    public DateTimeOffset? UnsettledSince { get; init; }

    /// <summary>Since when the load cannot be computed; null when it can.</summary>
    public DateTimeOffset? UnknownSince { get; init; }

    /// <summary>Since when records have been late although the replicas should catch up; null when they are not.</summary>
    public DateTimeOffset? CatchingUpSince { get; init; }

    /// <summary>Past recommendations without a gap, oldest first; those before a step as well.</summary>
    public ImmutableArray<Recommendation> Recommendations { get; init; } = [];

    /// <summary>Steps of the last hour, oldest first.</summary>
    public ImmutableArray<ScalingStep> Steps { get; init; } = [];
}

/// <summary>One partition of an input topic; what could not be measured is null.</summary>
/// <param name="Topic">The input topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="LagRecords">Log end minus the owner's position.</param>
/// <param name="ArrivalRate">Records per second that were appended.</param>
/// <param name="ProcessedRate">Records per second that were processed.</param>
/// <param name="OldestAge">Age of the oldest unprocessed record; zero when nothing waits.</param>
/// <param name="IsRestoring">Whether its owner has no position yet.</param>
/// <param name="Cause">Why its records wait.</param>
/// <param name="IsAgeAtLeast">Whether the age is only the least that it can be.</param>
public readonly record struct PartitionSignal(
    string Topic, int Partition, long? LagRecords, double? ArrivalRate, double? ProcessedRate = null, TimeSpan? OldestAge = null, bool IsRestoring = false,
    DelayCause Cause = DelayCause.None, bool IsAgeAtLeast = false);

/// <summary>What a record of one input topic costs a replica.</summary>
/// <param name="SecondsPerRecord">Busy time divided by records and lanes: the share of a replica's second that a record takes.</param>
/// <param name="At">When it was measured; while there is too little to do to measure it, the last measurement stays.</param>
public sealed record StageCostSignal(double SecondsPerRecord, DateTimeOffset At);

/// <summary>One live member.</summary>
/// <param name="MemberId">Its id in the group.</param>
/// <param name="Partitions">Partitions of all input topics that it owns.</param>
/// <param name="BusyRatio">Share of time spent processing; null when not yet known.</param>
/// <param name="Lanes">Threads that process partitions in parallel.</param>
/// <param name="MemoryRatio">Memory of its process as a share of what it may hold; null when not known.</param>
/// <param name="StateRatio">Keys and values of its states as a share of the same; null when not known.</param>
public sealed record MemberSignal(string MemberId, int Partitions, double? BusyRatio, int Lanes = 1, double? MemoryRatio = null, double? StateRatio = null);

/// <summary>Replicas as the orchestrator knows them.</summary>
/// <param name="Desired">As asked for last.</param>
/// <param name="Running">Started and not ended.</param>
/// <param name="Minimum">Fewest that the orchestrator allows.</param>
/// <param name="Maximum">Most that the orchestrator allows.</param>
public sealed record ScaleSignal(int Desired, int Running, int Minimum, int Maximum)
{
    /// <summary>The fewest and the most replicas that may be asked for: what the options want, as far as the orchestrator allows it.</summary>
    public (int Minimum, int Maximum) Within(ScalingOptions options)
    {
        var minimum = Math.Min(Math.Max(options.Minimum, Minimum), Maximum);
        return (minimum, Math.Max(minimum, Math.Min(options.Maximum, Maximum)));
    }
}

/// <summary>How many replicas a policy recommended at one moment, before the stabilisation window.</summary>
/// <param name="At">The moment.</param>
/// <param name="Replicas">The number.</param>
public readonly record struct Recommendation(DateTimeOffset At, int Replicas);

/// <summary>A change of the group's size that was decided.</summary>
/// <param name="At">When it was decided.</param>
/// <param name="From">Replicas before it.</param>
/// <param name="To">Replicas after it.</param>
/// <param name="ProcessedRate">Records per second that the group processed when it was decided; null when unknown, and once the step has helped.</param>
/// <param name="FullestMemory">Memory of the fullest replica then, as a share of what it may hold; null when unknown, and once the step has helped.</param>
/// <param name="Cause">Why it was decided; null when it was decided elsewhere.</param>
public sealed record ScalingStep(DateTimeOffset At, int From, int To, double? ProcessedRate, double? FullestMemory = null, DecisionCause? Cause = null);
