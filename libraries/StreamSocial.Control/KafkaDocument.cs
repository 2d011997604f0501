namespace StreamSocial.Control;

/// <summary>The answer of <c>GET /v1/kafka</c>.</summary>
/// <param name="BootstrapServers"><c>host:port[,host:port…]</c>; null when the brokers have no addresses.</param>
public sealed record KafkaDocument(string? BootstrapServers);
