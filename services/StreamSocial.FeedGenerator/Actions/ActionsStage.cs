using Microsoft.Extensions.Options;
using StreamSocial.Events.Stages;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>user-actions → feed-updates, pull-posts, content-interactions, notifications.</summary>
internal static class ActionsStage
{
    public static StageDefinition Define(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<ActionsOptions>>().Value;
        var feeds = services.GetRequiredService<IOptions<FeedsOptions>>().Value;
        var stage = FeedGeneratorStages.Actions;
        return new(stage.Name, stage.Input, stage.Changelog, context => new ActionsProcessor(context, options, feeds));
    }
}
