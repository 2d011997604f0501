using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Notifications;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.Testing;
using static StreamSocial.Unit.Tests.FeedGenerator.Limits.Extremes;

namespace StreamSocial.Unit.Tests.FeedGenerator.Limits;

/// <summary>
/// What the stages of contents and of notifications keep at the ends of their options goes through their checkpoints and a restore, on brokers that refuse what
/// is too large for them.
/// </summary>
public sealed class LargestStateTests
{
    /// <summary>More than a partition ever ranks.</summary>
    private const int Contents = 1_050;

    public static MatrixTheoryData<int, long, long> OfEngagement() => new(
        RecordBytes, EndsOf<EngagementOptions>(nameof(EngagementOptions.TrendingContents)), EndsOf<EngagementOptions>(nameof(EngagementOptions.RememberedInteractions)));

    public static MatrixTheoryData<int, long> OfNotifications() => new(RecordBytes, EndsOf<NotificationsOptions>(nameof(NotificationsOptions.Capacity)));

    [Theory]
    [MemberData(nameof(OfEngagement))]
    public void Contents_OfEveryCombinationOfOptions_AreRankedAndRestored(int recordBytes, long trending, long remembered)
    {
        var options = new EngagementOptions { TrendingContents = (int)trending, RememberedInteractions = (int)remembered };
        using var engagement = new TaskTestDriver(
            new(FeedGeneratorStages.Engagement.Name, TopicNames.ContentInteractions, TopicNames.EngagementState, context => new EngagementProcessor(context, options)),
            new Dictionary<string, int> { [TopicNames.ContentInteractions] = 1, [TopicNames.ContentStats] = 1 },
            limit: new RecordLimit(recordBytes));
        for (var i = 0; i < Contents; i++)
        {
            engagement.Pipe(0, null, new ContentInteraction
            {
                InteractionId = Id(i), Type = InteractionType.View, ContentId = Id(i), UserId = Id(1), OccurredAt = 1 + i,
            });
        }
        engagement.Checkpoint();
        engagement.Restart();

        var ranked = engagement.Read(0, (EngagementProcessor processor) => processor.ReadTrending(Contents));
        Assert.Equal(Enumerable.Range(0, Contents).Reverse().Take((int)trending).Select(Id), ranked.Select(content => content.Stats.ContentId));
    }

    [Theory]
    [MemberData(nameof(OfNotifications))]
    public void Notifications_OfOneUser_AreKeptAndRestored(int recordBytes, long capacity)
    {
        using var notifications = new TaskTestDriver(
            new(FeedGeneratorStages.Notifications.Name, TopicNames.Notifications, TopicNames.NotificationsState,
                context => new NotificationsProcessor(context, new() { Capacity = (int)capacity }, new FeedChangeNotifier())),
            new Dictionary<string, int> { [TopicNames.Notifications] = 1 },
            limit: new RecordLimit(recordBytes));
        for (var i = 1; i <= capacity + 1; i++)
        {
            notifications.Pipe(0, null, new Notification
            {
                UserId = Id(0), Type = NotificationType.Like, ActorId = Id(1), ContentId = Id(2), ActionId = $"{i}{Id(3)[..^12]}", OccurredAt = 1 + i,
            });
        }
        notifications.Checkpoint();
        notifications.Restart();

        var slice = notifications.Read(0, (NotificationsProcessor processor) => processor.Read(Id(0), (int)capacity + 1, int.MaxValue));
        Assert.Equal((capacity, false), (slice.Notifications.Count, slice.HasMore));
        Assert.Equal(capacity + 1, slice.Notifications[0].Number);
    }
}
