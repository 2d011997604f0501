using Microsoft.Extensions.Options;
using StreamSocial.Events;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>content-interactions → content-stats and the trend.</summary>
internal static class EngagementStage
{
    public const string Name = "engagement";

    public static StageDefinition Define(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<EngagementOptions>>().Value;
        return new(Name, TopicNames.ContentInteractions, TopicNames.EngagementState, context => new EngagementProcessor(context, options));
    }
}
