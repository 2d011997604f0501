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

    /// <summary>Every page that has such an action would fail, and one without a type would look as if it had been taken back.</summary>
    [Theory]
    [InlineData(FeedEntryType.Unspecified, Removal.Unspecified)]
    [InlineData((FeedEntryType)99, Removal.Unspecified)]
    [InlineData((FeedEntryType)(-1), Removal.Unspecified)]
    [InlineData((FeedEntryType)99, Removal.Action)]
    [InlineData(FeedEntryType.Post, Removal.Author)]
    [InlineData(FeedEntryType.Post, (Removal)99)]
    public void Apply_KindThatNoActionHas_IsRefused(FeedEntryType type, Removal removal)
    {
        var action = Action();
        (action.Type, action.Removal) = (type, removal);
        AssertRefused("star/1", action);
    }

    [Fact]
    public void Apply_ChangeOfAPull_IsRefused() => AssertRefused("star/1", new(Action()) { PullChange = PullChange.End });

    [Theory]
    [InlineData("star", "", "c")]
    [InlineData("star", "..", "c")]
    [InlineData("star", "a\n", "c")]
    [InlineData("star", "a", "c\0")]
    [InlineData(".", "a", "c")]
    public void Apply_IdThatIsNone_IsRefused(string author, string actionId, string contentId) =>
        AssertRefused($"{author}/1", new(Action()) { AuthorId = author, ActionId = actionId, ContentId = contentId });

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

    [Fact]
    public void Apply_ActionIsTakenBack_KeepsItsPlace()
    {
        _index.Apply("star/1", Action().ToByteArray());
        _index.Apply("star/-1", new FeedUpdate(Action()) { ContentId = "", Removal = Removal.Action }.ToByteArray());
        _index.Apply("star/1", null);
        Assert.Equal((1, 1), (_index.Of("star").Last, _index.Of("star").Removed));
    }

    private void AssertRefused(string key, FeedUpdate action)
    {
        Assert.Throws<InvalidDataException>(() => _index.Apply(key, action.ToByteArray()));
        Assert.Equal(0, _index.Of(action.AuthorId).Last);
    }

    private static FeedUpdate Action() => new() { AuthorId = "star", ActionId = "a", Type = FeedEntryType.Post, PullNumber = 1, OccurredAt = 5 };
}
