using StreamSocial.FeedGenerator.Reading.Contents;
using StreamSocial.FeedGenerator.Reading.Feeds;
using StreamSocial.FeedGenerator.Reading.Routing;
using StreamSocial.FeedGenerator.Reading.Streams;
using StreamSocial.ServiceDefaults.ApiReference;

namespace StreamSocial.FeedGenerator.Reading;

/// <summary>The read API: any replica answers for any user.</summary>
internal static class ReadingServices
{
    /// <summary>Needs <see cref="TimeProvider"/> and the runtime's reader, members and topic layout.</summary>
    public static void AddReading(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ReadingOptions>().BindConfiguration(ReadingOptions.SectionName).ValidateDataAnnotations();
        services.AddHttpForwarder();
        services.AddProblemDetails();
        services.AddOpenApi(openApi => openApi.WithInfo(
            "StreamSocial feeds", "Feeds of users as pages, in batches and as streams; counters of contents and the trend. Any replica answers for any user."));
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ReadingJson.Default));
        services.AddSingleton<PartitionReads>().AddSingleton<PartitionPatience>();
        services.AddSingleton<PeerClient>().AddSingleton<PeerForwarder>();
        services.AddSingleton<OwnerRouter>().AddSingleton<BatchRouter>().AddSingleton<TrendReader>();
        services.AddSingleton<StreamSettings>().AddSingleton<StreamRelay>().AddSingleton<FeedStreams>();
    }

    public static void MapReading(this IEndpointRouteBuilder app)
    {
        FeedEndpoints.Map(app);
        ContentEndpoints.Map(app);
        app.MapApiReference();
    }
}
