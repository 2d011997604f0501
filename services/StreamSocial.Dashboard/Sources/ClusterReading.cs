using System.Collections.Immutable;
using StreamSocial.Events;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Everything that was read at one moment, as it was read. A source that failed is null.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Topics">The input topics of the feed generators.</param>
/// <param name="Members">What the feed generators say of themselves.</param>
/// <param name="Decisions">The latest decisions of the autoscaler, newest first.</param>
/// <param name="Scale">Replicas as the orchestrator knows them.</param>
/// <param name="Resources">The orchestrator's resources.</param>
internal sealed record ClusterReading(
    DateTimeOffset At,
    ImmutableArray<TopicReading> Topics,
    IReadOnlyCollection<Member>? Members,
    IReadOnlyList<ScalingDecision>? Decisions,
    ScaleReading? Scale,
    IReadOnlyList<ResourceReading>? Resources);
