using StreamSocial.Events.Topics;

namespace StreamSocial.Kafka.Sources;

/// <summary>Which Kafka is used.</summary>
/// <param name="Source">Never <see cref="KafkaSource.Auto"/>.</param>
/// <param name="Profile">The topics' partition counts.</param>
/// <param name="Reason">Why this source, for a person.</param>
public sealed record KafkaSourceChoice(KafkaSource Source, TopologyProfile Profile, string Reason);
