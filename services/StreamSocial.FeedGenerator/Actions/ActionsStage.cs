using Microsoft.Extensions.Options;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>user-actions → feed-updates, pull-posts, content-interactions, notifications.</summary>
internal static class ActionsStage
{
    public const string Name = "actions";

    public static StageDefinition Define(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<ActionsOptions>>().Value;
        var feeds = services.GetRequiredService<IOptions<FeedsOptions>>().Value;
        return new(Name, TopicNames.UserActions, TopicNames.ActionsState, context => new ActionsProcessor(context, options, feeds));
    }
}
