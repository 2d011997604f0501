using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.Topics;
using StreamSocial.Unit.Tests.FeedGenerator;

namespace StreamSocial.Unit.Tests.Events.Stages;

public sealed class FeedGeneratorStagesTests
{
    [Theory]
    [InlineData(TopologyProfile.Full)]
    [InlineData(TopologyProfile.Small)]
    public void All_EachStage_HasItsTopicsInTheCatalogue(TopologyProfile profile)
    {
        var catalog = StreamSocialTopics.For(profile);
        Assert.All(FeedGeneratorStages.All, stage =>
        {
            Assert.Equal(catalog[stage.Input].Partitions, catalog[stage.Changelog].Partitions);
            Assert.Equal(CleanupPolicy.Compact, catalog[stage.Changelog].Cleanup);
            Assert.All(stage.Outputs.Concat(stage.Tables), topic => Assert.Equal(topic, catalog[topic].Name));
        });
    }

    [Fact]
    public void Inputs_InTheOrderInWhichTheyAreShown() =>
        Assert.Equal([TopicNames.UserActions, TopicNames.ContentInteractions, TopicNames.FeedUpdates, TopicNames.Notifications], FeedGeneratorStages.Inputs);

    [Fact]
    public void Actions_AllThatItsProcessorWrites_IsInItsManifest()
    {
        var emitter = new FakeEmitter();
        var processor = new ActionsProcessor(new FakeTaskContext("actions"), new ActionsOptions { PullThreshold = 1 }, new FeedsOptions(), new());
        processor.Process(Entries.Action(ActionType.Follow, "reader", "f", "author"), emitter);
        processor.Process(Entries.Action(ActionType.Like, "author", "l"), emitter);

        Assert.Equal(FeedGeneratorStages.Actions.Outputs.Order(), emitter.All.Select(emitted => emitted.Topic).Distinct().Order());
    }

    [Fact]
    public void Engagement_AllThatItsProcessorWrites_IsInItsManifest()
    {
        var emitter = new FakeEmitter();
        var processor = new EngagementProcessor(new FakeTaskContext("engagement", partition: 0, partitions: 2), new EngagementOptions());
        for (var i = 0; i < 20; i++)
            processor.Process(new ContentInteraction { Type = InteractionType.View, ContentId = $"c{i}" }, emitter);

        Assert.Equal(FeedGeneratorStages.Engagement.Outputs.Order(), emitter.All.Select(emitted => emitted.Topic).Distinct().Order());
    }
}
