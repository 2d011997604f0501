using System.Diagnostics.Metrics;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Notifications;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading;
using StreamSocial.FeedGenerator.Reading.Contents;
using StreamSocial.FeedGenerator.Reading.Feeds;
using StreamSocial.FeedGenerator.Reading.Notifications;
using StreamSocial.FeedGenerator.Reading.Routing;
using StreamSocial.Kafka.Hosting;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Http;
using StreamSocial.Streams;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Reading;

namespace StreamSocial.FeedGenerator;

/// <summary>Registers the service.</summary>
internal static class FeedGeneratorServices
{
    /// <summary>Describes the application to the runtime: the default group and StreamSocial's topics.</summary>
    /// <exception cref="InvalidOperationException">The configured profile is unknown.</exception>
    public static StreamsApplication Application(IConfiguration configuration) =>
        new(FeedGeneratorStages.ApplicationId, StreamSocialTopics.From(configuration), TopicNames.Members, TopicNames.RebalanceEvents) { StageControlsTopic = TopicNames.StageControls };

    /// <summary>Adds the runtime with the stages, the table of pulled posts, and the read API.</summary>
    public static void AddFeedGenerator(this WebApplicationBuilder builder)
    {
        // The last event id of a stream, in a header or in the query, names the accounts that the feed pulls.
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestHeadersTotalSize = server.Limits.MaxRequestLineSize
            = server.Limits.Http2.MaxRequestHeaderFieldSize = server.Limits.Http3.MaxRequestHeaderFieldSize = 2 * StreamEventId.MaxChars);
        // First, so that it stops last.
        builder.Services.AddHostedService<Drain>();
        builder.AddStreams(Application(builder.Configuration))
            .AddStage(ActionsStage.Define).AddStage(FeedsStage.Define).AddStage(EngagementStage.Define).AddStage(NotificationsStage.Define);
        builder.AddPullPosts();
        builder.Services.AddFeeds();
    }

    /// <summary>Adds what the stages and the read API need apart from the runtime and Kafka.</summary>
    public static void AddFeeds(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ActionsOptions>().BindConfiguration(ActionsOptions.SectionName).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<FeedsOptions>().BindConfiguration(FeedsOptions.SectionName).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<EngagementOptions>().BindConfiguration(EngagementOptions.SectionName).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<NotificationsOptions>().BindConfiguration(NotificationsOptions.SectionName).ValidateDataAnnotations();
        services.AddSingleton(provider => FeedsMetrics.Register(provider.GetRequiredService<IMeterFactory>()));
        services.AddSingleton<FeedChangeNotifier>().AddKeyedSingleton<FeedChangeNotifier>(FeedGeneratorStages.Notifications.Name);
        services.AddSingleton<RecentTraces>();
        services.AddReading();
    }

    /// <summary>Maps the read API and its reference.</summary>
    public static void MapFeedGenerator(this WebApplication app)
    {
        app.UsePeerRequests();
        app.UseHttpApi(forOtherOrigins: true);
        var reading = app.MapGroup("").WithProblems(ReadProblems.NotAPeer);
        FeedEndpoints.Map(reading);
        ContentEndpoints.Map(reading);
        NotificationEndpoints.Map(reading);
        app.MapApiReference();
    }

    /// <summary>Adds the table of pulled posts. Needs the Kafka services and the runtime's topic layout.</summary>
    private static void AddPullPosts(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddTableConsumer(TopicNames.PullPosts);
        services.AddSingleton<PullPostsTable>();
        services.AddSingleton<IPullPosts>(provider => provider.GetRequiredService<PullPostsTable>());
        services.AddSingleton<IReplicatedTable>(provider => provider.GetRequiredService<PullPostsTable>());
        services.AddHostedService(provider => provider.GetRequiredService<PullPostsTable>());
    }

    /// <summary>Adds the read API, in which any replica answers for any user. Needs the runtime's reader, members and topic layout.</summary>
    private static void AddReading(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ReadingOptions>().BindConfiguration(ReadingOptions.SectionName).ValidateDataAnnotations();
        services.AddHttpForwarder();
        // YARP warns of each attempt to reach an owner that is dead, of which there are many a second until another one has its place. PeerForwarder tells what matters.
        services.AddLogging(logging => logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error));
        services.AddHttpApi();
        services.AddOpenApi(openApi => openApi.WithInfo(
            "StreamSocial feeds",
            "Feeds of users as pages, in batches and as streams; notifications; counters of contents and the trend. Any replica answers for any user."));
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ReadingJson.Default));
        services.AddSingleton<PartitionReader>().AddSingleton<PartitionRetryPolicy>();
        services.AddSingleton<PeerClient>().AddSingleton<PeerForwarder>();
        services.AddSingleton<OwnerRouter>().AddSingleton<BatchRouter>().AddSingleton<ContentReader>().AddSingleton<TrendReader>();
        services.AddSingleton<StreamSettings>().AddSingleton<StreamRelay>().AddSingleton<FeedStreams>().AddSingleton<NotificationStreams>();
        services.AddHostedService<StreamMonitor>();
    }
}
