using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Reading;

namespace StreamSocial.FeedGenerator;

/// <summary>What the three stages and the read API need, apart from the runtime.</summary>
internal static class FeedGeneratorServices
{
    public static IServiceCollection AddFeedGenerator(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ActionsOptions>().BindConfiguration(ActionsOptions.SectionName).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<FeedsOptions>().BindConfiguration(FeedsOptions.SectionName).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<EngagementOptions>().BindConfiguration(EngagementOptions.SectionName).ValidateDataAnnotations();
        services.AddSingleton<FeedBoard>();
        return services.AddReading();
    }
}
