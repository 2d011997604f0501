using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams;
using StreamSocial.Streams.Reading;

namespace StreamSocial.FeedGenerator;

/// <summary>Registers the service.</summary>
internal static class FeedGeneratorServices
{
    /// <summary>What the runtime must know of the feed generator: its group's default name and StreamSocial's topics.</summary>
    /// <exception cref="InvalidOperationException">The configured profile is unknown.</exception>
    public static StreamsApplication Application(IConfiguration configuration) =>
        new("feed-generator", StreamSocialTopics.From(configuration), TopicNames.Members, TopicNames.RebalanceEvents);

    /// <summary>Adds the runtime with the three stages, the table of what is pulled, and the read API.</summary>
    public static void AddFeedGenerator(this WebApplicationBuilder builder)
    {
        // A stream's Last-Event-ID names every account that the feed pulls.
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestHeadersTotalSize = 1024 * 1024);
        builder.AddStreams(Application(builder.Configuration))
            .AddStage(ActionsStage.Define).AddStage(FeedsStage.Define).AddStage(EngagementStage.Define);
        builder.AddPullPosts();
        builder.Services.AddFeeds();
    }

    /// <summary>Adds what the stages and the read API need apart from the runtime and Kafka.</summary>
    public static void AddFeeds(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ActionsOptions>().BindConfiguration(ActionsOptions.SectionName).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<FeedsOptions>().BindConfiguration(FeedsOptions.SectionName).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<EngagementOptions>().BindConfiguration(EngagementOptions.SectionName).ValidateDataAnnotations();
        services.AddSingleton<FeedBoard>();
        services.AddReading();
    }

    /// <summary>Maps the read API and its reference.</summary>
    public static void MapFeedGenerator(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapReading();
    }

    /// <summary>Adds the table of what is pulled; needs the Kafka services and the runtime's topic layout.</summary>
    private static void AddPullPosts(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddTableConsumer(TopicNames.PullPosts);
        services.AddSingleton<PullPostsTable>();
        services.AddSingleton<IPullPosts>(provider => provider.GetRequiredService<PullPostsTable>());
        services.AddSingleton<IReplicatedTable>(provider => provider.GetRequiredService<PullPostsTable>());
        services.AddHostedService(provider => provider.GetRequiredService<PullPostsTable>());
    }
}
