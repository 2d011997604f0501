using StreamSocial.AppHost.Kafka;

namespace StreamSocial.AppHost.Topics;

/// <summary>The topics on the brokers.</summary>
/// <param name="Creation">The run of the command line tool that creates or checks them; null where the cluster makes them itself.</param>
internal sealed record StreamSocialTopics(StreamSocialKafka Kafka, IResourceBuilder<ProjectResource>? Creation);
