namespace StreamSocial.Kafka.Sources;

/// <summary>Which Kafka is used.</summary>
/// <param name="Source">Never <see cref="KafkaSource.Auto"/>.</param>
/// <param name="Reason">Why this source, for a person.</param>
public sealed record KafkaSourceChoice(KafkaSource Source, string Reason)
{
    /// <summary>Whether several real brokers share this machine's cores, so that fewer partitions suit it.</summary>
    public bool SharesMachine => Source is KafkaSource.Process or KafkaSource.Containers;
}
