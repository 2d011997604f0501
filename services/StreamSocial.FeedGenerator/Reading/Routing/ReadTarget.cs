using StreamSocial.Events;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>A stage whose state is read, and the input topic whose partitions say where it is.</summary>
internal sealed record ReadTarget(string Stage, string Topic)
{
    public static ReadTarget Feeds { get; } = new(FeedsStage.Name, TopicNames.FeedUpdates);

    public static ReadTarget Engagement { get; } = new(EngagementStage.Name, TopicNames.ContentInteractions);
}
