using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading;

internal sealed record FakeStage(string Name, string Topic, Func<ITaskContext, FeedBoard, IPullPosts, IRecordProcessor> Create)
{
    public static FakeStage Feeds { get; } = new(FeedGeneratorStages.Feeds.Name, TopicNames.FeedUpdates, (context, board, pulled) => new FeedsProcessor(context, new(), board, pulled));

    public static FakeStage Engagement { get; } =
        new(FeedGeneratorStages.Engagement.Name, TopicNames.ContentInteractions, (context, _, _) => new EngagementProcessor(context, new()));

    public static FakeStage[] All { get; } = [Feeds, Engagement];
}
