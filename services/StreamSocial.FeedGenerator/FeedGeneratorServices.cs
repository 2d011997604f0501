using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading;
using StreamSocial.Streams;
using StreamSocial.Streams.Reading;

namespace StreamSocial.FeedGenerator;

/// <summary>What the three stages and the read API need, apart from the runtime.</summary>
internal static class FeedGeneratorServices
{
    /// <summary>What the runtime must know of the feed generator: its group's default name and StreamSocial's topics.</summary>
    /// <exception cref="InvalidOperationException">The configured profile is unknown.</exception>
    public static StreamsApplication Application(IConfiguration configuration) =>
        new("feed-generator", StreamSocialTopics.From(configuration), TopicNames.Members, TopicNames.RebalanceEvents);

    public static IServiceCollection AddFeedGenerator(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ActionsOptions>().BindConfiguration(ActionsOptions.SectionName).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<FeedsOptions>().BindConfiguration(FeedsOptions.SectionName).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<EngagementOptions>().BindConfiguration(EngagementOptions.SectionName).ValidateDataAnnotations();
        services.AddSingleton<FeedBoard>();
        return services.AddReading();
    }

    /// <summary>Adds the table of what is pulled; needs the Kafka services and the runtime's topic layout.</summary>
    public static IServiceCollection AddPullPosts(this IServiceCollection services)
    {
        services.AddSingleton<PullPostsTable>();
        services.AddSingleton<IPullPosts>(provider => provider.GetRequiredService<PullPostsTable>());
        services.AddSingleton<IReplicatedTable>(provider => provider.GetRequiredService<PullPostsTable>());
        return services.AddHostedService(provider => provider.GetRequiredService<PullPostsTable>());
    }
}
