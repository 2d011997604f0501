using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Events.Stages;

namespace StreamSocial.Unit.Tests.Cli.Topology;

public sealed class DrainWaiterTests
{
    [Fact]
    public void OrderTopics_FeedGenerator_IngestsTopicFirstThenAllThatFollowsFromIt()
    {
        var waves = DrainWaiter.OrderTopics(FeedGeneratorStages.All);
        Assert.Equal(3, waves.Length);
        Assert.Equal([TopicNames.UserActions], waves[0]);
        Assert.Equal([TopicNames.ContentInteractions, TopicNames.FeedUpdates, TopicNames.Notifications, TopicNames.PullPosts], waves[1].Order());
        // What partitions have counted of spread contents goes back into the topic.
        Assert.Equal([TopicNames.ContentInteractions], waves[2]);
    }

    [Fact]
    public void OrderTopics_Chain_WaitsForEachLink()
    {
        var waves = DrainWaiter.OrderTopics([Stage("c", []), Stage("a", ["b"]), Stage("b", ["c"])]);
        Assert.Equal(["a", "b", "c"], waves.Select(wave => Assert.Single(wave)));
    }

    [Fact]
    public void OrderTopics_StageThatFeedsItself_IsWaitedForTwiceBeforeWhatFollows()
    {
        var waves = DrainWaiter.OrderTopics([Stage("b", []), Stage("a", ["a", "b"])]);
        Assert.Equal(["a", "a", "b"], waves.Select(wave => Assert.Single(wave)));
    }

    [Fact]
    public void OrderTopics_Circle_IsRefused() =>
        Assert.Contains("a, b", Assert.Throws<ArgumentException>(() => DrainWaiter.OrderTopics([Stage("a", ["b"]), Stage("b", ["a"])])).Message, StringComparison.Ordinal);

    private static StageManifest Stage(string input, string[] outputs) => new(input, input, input + "-state", UserAction.Descriptor) { Outputs = [.. outputs] };
}
