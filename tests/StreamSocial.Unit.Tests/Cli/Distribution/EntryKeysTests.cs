using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Cli.Distribution;
using StreamSocial.Events;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Cli.Distribution;

public sealed class EntryKeysTests
{
    private static readonly byte[] Garbage = "garbage"u8.ToArray();

    [Fact]
    public void Of_Action_IsItsKey() => Assert.Equal(["ann"], Keys(TopicNames.UserActions, new UserAction { UserId = "ann", Type = ActionType.Post }.ToByteArray()));

    [Theory]
    [InlineData(TopicNames.UserActions)]
    [InlineData(TopicNames.ContentInteractions)]
    [InlineData(TopicNames.FeedUpdates)]
    public void Of_Garbage_IsOneThatCannotBeRead(string topic)
    {
        Assert.Equal([EntryKeys.Unreadable], Keys(topic, Garbage));
        Assert.Equal([EntryKeys.Unreadable], Keys(topic, Garbage, new Headers { { RecordHeaders.EdgeRuns, [] } }));
    }

    [Fact]
    public void Of_HeaderWithoutValue_IsABarePayload() => Assert.Equal(
        ["c"], Keys(TopicNames.ContentInteractions, new ContentInteraction { ContentId = "c" }.ToByteArray(), new Headers { { RecordHeaders.EdgeRuns, null } }));

    [Fact]
    public void Of_NoValue_IsNone() => Assert.Empty(Keys(TopicNames.UserActions, null));

    private static IReadOnlyList<string> Keys(string topic, byte[]? value, Headers? headers = null) =>
        EntryKeys.Of(new ConsumeResult<byte[]?, byte[]?> { Topic = topic, Message = new Message<byte[]?, byte[]?> { Value = value, Headers = headers! } });
}
