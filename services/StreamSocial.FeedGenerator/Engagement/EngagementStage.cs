using Microsoft.Extensions.Options;
using StreamSocial.Events.Stages;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>content-interactions → content-stats and the trend.</summary>
internal static class EngagementStage
{
    public static StageDefinition Define(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<EngagementOptions>>().Value;
        var stage = FeedGeneratorStages.Engagement;
        return new(stage.Name, stage.Input, stage.Changelog, context => new EngagementProcessor(context, options));
    }
}
