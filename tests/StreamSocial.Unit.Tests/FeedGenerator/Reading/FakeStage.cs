using StreamSocial.Events;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading;

internal sealed record FakeStage(string Name, string Topic, Func<ITaskContext, FeedBoard, IRecordProcessor> Create)
{
    public static FakeStage Feeds { get; } = new(FeedsStage.Name, TopicNames.FeedUpdates, (context, board) => new FeedsProcessor(context, new(), board));

    public static FakeStage Engagement { get; } =
        new(EngagementStage.Name, TopicNames.ContentInteractions, (context, _) => new EngagementProcessor(context, new()));

    public static FakeStage[] All { get; } = [Feeds, Engagement];
}
