using Microsoft.Extensions.Options;
using StreamSocial.Events.Stages;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>feed-updates → the feed of each user.</summary>
internal static class FeedsStage
{
    public static StageDefinition Define(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<FeedsOptions>>().Value;
        var board = services.GetRequiredService<FeedBoard>();
        var pulled = services.GetRequiredService<IPullPosts>();
        var stage = FeedGeneratorStages.Feeds;
        return new(stage.Name, stage.Input, stage.Changelog, context => new FeedsProcessor(context, options, board, pulled));
    }
}
