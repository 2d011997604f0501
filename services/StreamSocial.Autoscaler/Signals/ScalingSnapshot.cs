using System.Collections.Immutable;
using StreamSocial.Autoscaler.Policies;

namespace StreamSocial.Autoscaler.Signals;

/// <summary>All that a policy may look at.</summary>
/// <param name="Partitions">Partitions of all input topics; of a topic that could not be read there are none, see <paramref name="UnreadTopics"/>.</param>
/// <param name="UnreadTopics">Topics whose partitions are unknown.</param>
/// <param name="Members">Live members; null when unknown.</param>
/// <param name="Scale">The orchestrator's view; null when unknown.</param>
/// <param name="MissingSince">Since when fewer replicas run than were asked for; null when none is missing.</param>
/// <param name="Recommendations">What the policy would have wanted, without gap, oldest first, since the group's size last changed.</param>
internal sealed record ScalingSnapshot(
    ImmutableArray<PartitionSignal> Partitions,
    ImmutableArray<string> UnreadTopics,
    ImmutableArray<MemberSignal>? Members,
    ScaleSignal? Scale,
    DateTimeOffset? MissingSince,
    ImmutableArray<Recommendation> Recommendations);
