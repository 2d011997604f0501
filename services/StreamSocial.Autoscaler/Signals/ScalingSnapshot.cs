using System.Collections.Immutable;
using StreamSocial.Autoscaler.Actuation;

namespace StreamSocial.Autoscaler.Signals;

/// <summary>Everything that a policy decides from.</summary>
/// <param name="Partitions">Partitions of all input topics; none of a topic that could not be read, see <paramref name="UnreadTopics"/>.</param>
/// <param name="UnreadTopics">Topics whose partitions are unknown.</param>
/// <param name="Members">Live members; null when unknown.</param>
/// <param name="Scale">The orchestrator's view; null when unknown.</param>
/// <param name="MissingSince">Since when fewer replicas run than were asked for; null when none is missing.</param>
/// <param name="Recommendations">Past recommendations without a gap, oldest first, since the group's size last changed.</param>
internal sealed record ScalingSnapshot(
    ImmutableArray<PartitionSignal> Partitions,
    ImmutableArray<string> UnreadTopics,
    ImmutableArray<MemberSignal>? Members,
    ScaleSignal? Scale,
    DateTimeOffset? MissingSince,
    ImmutableArray<Recommendation> Recommendations);

/// <summary>One partition of an input topic; what could not be measured is null.</summary>
/// <param name="Topic">The input topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="LagRecords">Log end minus the owner's position.</param>
/// <param name="ArrivalRate">Records per second that were appended.</param>
/// <param name="IsRestoring">Whether its owner has no position yet.</param>
internal readonly record struct PartitionSignal(string Topic, int Partition, long? LagRecords, double? ArrivalRate, bool IsRestoring);

/// <summary>One live member.</summary>
/// <param name="MemberId">Its id in the group.</param>
/// <param name="Partitions">Partitions of all input topics that it owns.</param>
/// <param name="TrueRate">Records per second that it could process if it were never idle; null when not yet known.</param>
/// <param name="BusyRatio">Share of time spent processing; null when not yet known.</param>
internal sealed record MemberSignal(string MemberId, int Partitions, double? TrueRate, double? BusyRatio);

/// <summary>How many replicas a policy recommended at one moment, before the stabilisation window.</summary>
internal readonly record struct Recommendation(DateTimeOffset At, int Replicas);
