using StreamSocial.AppHost.Topics;

namespace StreamSocial.AppHost.Scaling;

internal static class FeedGeneratorExtensions
{
    /// <summary>Declares every generator that there may ever be; those above the initial number start on command.</summary>
    /// <returns>The first one, through which any user's feed can be read.</returns>
    public static IResourceBuilder<ProjectResource> AddFeedGenerators(
        this IDistributedApplicationBuilder builder, FeedGeneratorOptions options, StreamSocialTopics topics)
    {
        var replicas = Enumerable.Range(1, options.Maximum).Select(number => builder.AddFeedGenerator(number, options, topics)).ToArray();
        return replicas[0];
    }

    private static IResourceBuilder<ProjectResource> AddFeedGenerator(
        this IDistributedApplicationBuilder builder, int number, FeedGeneratorOptions options, StreamSocialTopics topics)
    {
        var name = FeedGeneratorName.Of(number);
        var replica = builder.AddProject<Projects.StreamSocial_FeedGenerator>(name)
            .WithTopics(topics)
            .WithSections("FeedGenerator", "Streams", "Actions", "Engagement", "Feeds", "Reading")
            .WithEnvironment("Streams__MemberId", name)
            .WithHttpEndpoint()
            .WithHttpHealthCheck("/health");
        return number > options.Initial ? replica.WithExplicitStart() : replica;
    }
}
