using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Pulling;

namespace StreamSocial.Unit.Tests.FeedGenerator.Pulling;

/// <summary>Anybody may write to topic pull-posts: what is not an action of its key is refused, and changes nothing.</summary>
public sealed class PullPostsIndexTests
{
    private readonly PullPostsIndex _index = new();

    [Theory]
    [InlineData("star/2")]
    [InlineData("")]
    [InlineData("/1")]
    [InlineData("star")]
    [InlineData("star/")]
    [InlineData("star/0")]
    [InlineData("star/-2147483648")]
    [InlineData("star/99999999999")]
    [InlineData("other/1")]
    public void Apply_ForeignKey_IsRefused(string key)
    {
        Assert.Throws<InvalidDataException>(() => _index.Apply(key, Action().ToByteArray()));
        Assert.Equal(0, _index.Of("star").Last);
        Assert.Equal(0, _index.Of("other").Last);
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Apply_TimeThatNoCalendarHas_IsRefused(long occurredAt)
    {
        var action = Action();
        action.OccurredAt = occurredAt;
        Assert.Throws<InvalidDataException>(() => _index.Apply("star/1", action.ToByteArray()));
    }

    [Fact]
    public void Apply_Garbage_IsRefused()
    {
        Assert.Throws<InvalidProtocolBufferException>(() => _index.Apply("star/1", "garbage"u8.ToArray()));
        Assert.Throws<InvalidDataException>(() => _index.Apply("star/1", []));
    }

    [Theory]
    [InlineData("star/1")]
    [InlineData("star/-1")]
    public void Apply_Action_IsTaken(string key)
    {
        _index.Apply(key, Action().ToByteArray());
        Assert.Equal(1, _index.Of("star").Last);
    }

    private static FeedUpdate Action() => new() { AuthorId = "star", ActionId = "a", Type = FeedEntryType.Post, PullNumber = 1, OccurredAt = 5 };
}
