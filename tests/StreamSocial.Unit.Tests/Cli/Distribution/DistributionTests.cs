using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Cli.Distribution;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Streams.Contracts;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Cli.Distribution;

public sealed class DistributionTests
{
    [Theory]
    [InlineData(TopologyProfile.Full)]
    [InlineData(TopologyProfile.Small)]
    public void ProfileOf_TopicsOfTheCluster_IsTheOneThatFitsTheInputs(TopologyProfile profile)
    {
        var counts = StreamSocialTopics.For(profile).Topics.ToDictionary(topic => topic.Name, topic => topic.Partitions);
        Assert.Equal(profile, LogInspector.ProfileOf(counts));
        counts[TopicNames.UserActions]++;
        Assert.Null(LogInspector.ProfileOf(counts));
        Assert.Null(LogInspector.ProfileOf(new Dictionary<string, int>()));
    }

    [Fact]
    public void Of_Partitions_GivesMeanMaxAndEmptyOnes()
    {
        var distribution = TopicDistribution.Of("t", [new(0, 0, 10), new(1, 25, 30), new(2, 0, 0), new(3, 0, 20)]);

        Assert.Equal((4, 60L, 15.0, 30L, 1, 2.0), (
            distribution.Partitions, distribution.Records, distribution.Mean, distribution.Max, distribution.Empty, distribution.MaxOverMean!.Value));
    }

    [Fact]
    public void Of_NoRecords_RatioIsUnknown() => Assert.Null(TopicDistribution.Of("t", [new(0, 0, 0)]).MaxOverMean);

    [Fact]
    public void KeysOf_BareAction_IsTheUserItConcerns()
    {
        Assert.Equal(["b"], EntryKeys.Of(Record(TopicNames.UserActions, new UserAction { Type = ActionType.Follow, UserId = "a", TargetUserId = "b" }.ToByteArray())));
        Assert.Equal(["a"], EntryKeys.Of(Record(TopicNames.UserActions, new UserAction { Type = ActionType.Post, UserId = "a" }.ToByteArray())));
    }

    [Fact]
    public void KeysOf_Run_IsOneForEachEntry()
    {
        var run = new EntryRun();
        foreach (var content in new[] { "c", "d", "c" })
            run.Entries.Add(new Entry { Payload = new ContentInteraction { ContentId = content }.ToByteString() });

        Assert.Equal(["c", "d", "c"], EntryKeys.Of(Record(TopicNames.ContentInteractions, run.ToByteArray(), entries: 3)));
    }

    private static ConsumeResult<byte[]?, byte[]?> Record(string topic, byte[] value, int? entries = null)
    {
        var headers = new Headers();
        if (entries is { } count)
            headers.Add(RecordHeaders.EdgeRuns, new EdgeRuns { Runs = { new EdgeRun { Source = "user-actions/0", First = 1, Entries = count } } }.ToByteArray());
        return new() { TopicPartitionOffset = new(topic, 0, 0), Message = new() { Value = value, Headers = headers } };
    }
}
