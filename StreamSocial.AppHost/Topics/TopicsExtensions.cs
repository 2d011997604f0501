using StreamSocial.AppHost.Kafka;

namespace StreamSocial.AppHost.Topics;

internal static class TopicsExtensions
{
    /// <summary>Creates the topics of the catalogue, or checks those that exist, before any service starts. The embedded cluster comes with them.</summary>
    public static StreamSocialTopics AddTopics(this IDistributedApplicationBuilder builder, StreamSocialKafka kafka)
    {
        if (kafka.Embedded)
            return new StreamSocialTopics(kafka, null);

        var creation = builder.AddProject<Projects.StreamSocial_Cli>("topics")
            .WithArgs("topics", "create")
            .WithBrokers(kafka);
        return new StreamSocialTopics(kafka, creation);
    }

    /// <summary>Starts a service when the topics are there, and tells it how to reach them.</summary>
    public static IResourceBuilder<ProjectResource> WithTopics(this IResourceBuilder<ProjectResource> service, StreamSocialTopics topics)
    {
        service.WithBrokers(topics.Kafka);
        return topics.Creation is null ? service : service.WaitForCompletion(topics.Creation);
    }

    private static IResourceBuilder<ProjectResource> WithBrokers(this IResourceBuilder<ProjectResource> resource, StreamSocialKafka kafka)
    {
        kafka.Reference(resource);
        return resource;
    }
}
