using System.Collections.Immutable;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Autoscaler.Signals;

/// <summary>Everything that was read in one tick, as it was read. A source that failed is null.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Topics">The input topics of the group.</param>
/// <param name="Members">What the members say of themselves; null while the topic is not read to its end.</param>
/// <param name="Scale">What the orchestrator says.</param>
internal sealed record GroupReading(
    DateTimeOffset At, ImmutableArray<TopicReading> Topics, IReadOnlyCollection<Member>? Members, ScaleSignal? Scale);
