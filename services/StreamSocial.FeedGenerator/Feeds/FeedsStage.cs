using Microsoft.Extensions.Options;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>feed-updates → the feed of each user.</summary>
internal static class FeedsStage
{
    public const string Name = "feeds";

    public static StageDefinition Define(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<FeedsOptions>>().Value;
        var board = services.GetRequiredService<FeedBoard>();
        var pulled = services.GetRequiredService<IPullPosts>();
        return new(Name, TopicNames.FeedUpdates, TopicNames.FeedsState, context => new FeedsProcessor(context, options, board, pulled));
    }
}
