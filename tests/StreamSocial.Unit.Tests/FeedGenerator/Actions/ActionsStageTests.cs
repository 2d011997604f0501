using Microsoft.Extensions.DependencyInjection;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.Streams.Testing;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Actions;

public sealed class ActionsStageTests
{
    private static readonly Dictionary<string, int> Partitions = new()
    {
        [TopicNames.UserActions] = 4, [TopicNames.FeedUpdates] = 4, [TopicNames.ContentInteractions] = 2, [TopicNames.Notifications] = 1, [TopicNames.PullPosts] = 1,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ClientRepeatsAnAction_AfterARestart_ItTakesEffectOnce(bool checkpointed)
    {
        using var driver = new TaskTestDriver(ActionsStage.Define(new ServiceCollection().AddOptions().BuildServiceProvider()), Partitions);
        driver.Pipe("author", Action(ActionType.Follow, "reader", "follow-1", "author"));
        driver.Pipe("author", Action(ActionType.Like, "author", "like-1"));
        Assert.Single(driver.ReadOutput(TopicNames.FeedUpdates));
        Assert.Single(driver.ReadOutput(TopicNames.ContentInteractions));
        if (checkpointed)
            driver.Checkpoint();

        driver.Restart();
        driver.Pipe("author", Action(ActionType.Like, "author", "like-1"));
        Assert.Empty(driver.ReadOutput(TopicNames.FeedUpdates));
        Assert.Empty(driver.ReadOutput(TopicNames.ContentInteractions));

        driver.Pipe("author", Action(ActionType.Like, "author", "like-2"));
        Assert.Single(driver.ReadOutput(TopicNames.FeedUpdates));
    }
}
