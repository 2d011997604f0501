using System.Collections.Immutable;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Log ends of one topic, by partition; null where the broker gave none, <c>default</c> when the topic could not be read at all.</summary>
internal sealed record TopicReading(string Topic, ImmutableArray<long?> LogEnds);
