namespace StreamSocial.AppHost.Kafka;

/// <summary>The brokers, wherever they come from.</summary>
/// <param name="Brokers">The connection string <c>kafka</c>; healthy when the brokers answer.</param>
/// <param name="Embedded">Whether the cluster lives in the AppHost's process.</param>
/// <param name="Profile"><c>full</c> or <c>small</c>.</param>
internal sealed record StreamSocialKafka(IResourceBuilder<IResourceWithConnectionString> Brokers, bool Embedded, string Profile);
