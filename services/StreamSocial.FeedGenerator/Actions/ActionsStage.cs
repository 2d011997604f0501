using Microsoft.Extensions.Options;
using StreamSocial.Events;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>user-actions → feed-updates, content-interactions, notifications.</summary>
internal static class ActionsStage
{
    public const string Name = "actions";

    public static StageDefinition Define(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<ActionsOptions>>().Value;
        return new(Name, TopicNames.UserActions, TopicNames.ActionsState, context => new ActionsProcessor(context, options));
    }
}
