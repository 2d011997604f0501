namespace StreamSocial.Kafka;

/// <summary>How clients reach Kafka. The brokers themselves are in <c>ConnectionStrings:kafka</c>.</summary>
public sealed class KafkaOptions
{
    public const string SectionName = "Kafka";

    /// <summary>Whether the cluster is the embedded one. Set by the AppHost.</summary>
    /// <value>Default false.</value>
    public bool Embedded { get; set; }

    /// <summary>
    /// Further librdkafka properties for every client, for example <c>security.protocol</c> or <c>sasl.username</c>. Not those that
    /// StreamSocial's guarantees rest on (see <see cref="KafkaOptionsValidator"/>).
    /// </summary>
    /// <value>Default none.</value>
    public Dictionary<string, string> Client { get; } = [];
}
