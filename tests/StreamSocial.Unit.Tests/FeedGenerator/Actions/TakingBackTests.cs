using StreamSocial.Events;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.Unit.Tests.FeedGenerator.Engagement;
using StreamSocial.Unit.Tests.FeedGenerator.Pulling;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Actions;

/// <summary>What users take back leaves feeds, pushed or pulled, and counters, once.</summary>
public sealed class TakingBackTests
{
    private const long Pushed = long.MaxValue;
    private const long Pulled = 1;

    [Fact]
    public void Like_SameUserAndContent_CountsOnceUntilItIsTakenBack()
    {
        using var pipeline = new EngagementPipeline();
        foreach (var (user, type, id) in new[]
        {
            ("ann", ActionType.Like, "1"), ("ann", ActionType.Like, "2"), ("bob", ActionType.Like, "1"),
            ("ann", ActionType.Unlike, "3"), ("ann", ActionType.Unlike, "4"), ("ann", ActionType.Like, "5"), ("eve", ActionType.Unlike, "6"),
        })
        {
            pipeline.Pipe(On("post", type, user, id));
            pipeline.Checkpoint();
            pipeline.Crash();
        }

        Assert.Equal(2, pipeline.Read("post").Likes);
    }

    /// <summary>The earliest time that a client can give its action.</summary>
    [Fact]
    public void TakeBack_AtTheEpoch_TakesBack()
    {
        using var pipeline = new EngagementPipeline();
        pipeline.Pipe(On("post", ActionType.Like, "ann", "1"));
        var unlike = On("post", ActionType.Unlike, "ann", "2");
        unlike.OccurredAt = 0;
        pipeline.Pipe(unlike);

        Assert.Equal(0, pipeline.Read("post").Likes);
    }

    [Fact]
    public void TakeBack_SpreadContent_CountsAsIfItHadNeverBeen()
    {
        using var pipeline = new EngagementPipeline();
        for (var user = 0; user < 50; user++)
        {
            foreach (var (type, spread) in new[] { (ActionType.Like, 1 + (user % 5)), (ActionType.Share, user % 3), (ActionType.Share, 4), (ActionType.Comment, 5) })
            {
                var action = On("post", type, "user-" + user, $"{type}-{spread}");
                action.Spread = spread;
                pipeline.Pipe(action);
            }

            if (user % 2 == 0)
                continue;
            pipeline.Pipe(On("post", ActionType.Unlike, "user-" + user, "u1"));
            pipeline.Pipe(On("post", ActionType.Unshare, "user-" + user, "u2"));
            pipeline.Pipe(Delete("user-" + user, "u3", "Comment-5"));
            pipeline.Pipe(Delete("user-" + user, "u4", "Comment-5"));
        }

        var stats = pipeline.Read("post");
        Assert.Equal((25L, 50L, 25L), (stats.Likes, stats.Shares, stats.Comments));
    }

    [Theory]
    [InlineData(Pushed)]
    [InlineData(Pulled)]
    public void TakeBack_EachType_LeavesEveryFeed(long threshold)
    {
        using var pipeline = new FeedPipeline(threshold, capacity: 100, rememberedActionIds: 100);
        pipeline.Pipe(Action(ActionType.Follow, "stays", "f1", "star"));
        pipeline.Pipe(Action(ActionType.Follow, "leaves", "f2", "star"));
        pipeline.Pipe(Action(ActionType.Follow, "returns", "f3", "star"));
        pipeline.Pipe(On("x", ActionType.Post, "star", "post"));
        pipeline.Pipe(On("x", ActionType.Comment, "star", "comment"));
        pipeline.Pipe(On("x", ActionType.Like, "star", "like"));
        pipeline.Pipe(On("x", ActionType.Share, "star", "share-1"));
        pipeline.Pipe(On("x", ActionType.Share, "star", "share-2"));
        pipeline.Pipe(On("y", ActionType.Post, "star", "kept"));
        pipeline.Pipe(Action(ActionType.Unfollow, "leaves", "f4", "star"));
        pipeline.Pipe(Action(ActionType.Unfollow, "returns", "f5", "star"));
        pipeline.Pipe(Action(ActionType.Follow, "returns", "f6", "star"));
        Assert.All(["stays", "leaves", "returns"], user => Assert.Equal(6, FeedOf(pipeline, user).Count));
        pipeline.Checkpoint();

        pipeline.Pipe(Delete("star", "t1", "post"));
        pipeline.Pipe(Delete("star", "t2", "comment"));
        pipeline.Pipe(Delete("leaves", "t2", "kept"));
        pipeline.Pipe(On("x", ActionType.Unlike, "star", "t3"));
        pipeline.Pipe(On("x", ActionType.Unshare, "star", "t4"));
        pipeline.Crash();
        // A former owner of the partition writes what it published before once more.
        pipeline.RepeatPullPosts(100, withTombstones: false);

        Assert.All(["stays", "leaves", "returns"], user => Assert.Equal(["kept"], FeedOf(pipeline, user)));
    }

    [Fact]
    public void OwnActionStore_MoreThanItsCapacity_ForgetsTheOldest()
    {
        var context = new FakeTaskContext("actions");
        var store = new OwnActionStore(context, capacity: 3);
        for (var i = 0; i < 20; i++)
            store.Add("ann", ActionType.Like, "c" + i, new("a" + i, "c" + i, i, i, 0, 0));
        Assert.Equal(["c17", "c18", "c19"], Enumerable.Range(0, 20).Select(i => "c" + i).Where(content => store.Contains("ann", ActionType.Like, content)));
        var bytes = context.Dump().Length;

        // Like and unlike in turn fill places too.
        for (var i = 0; i < 20; i++)
        {
            store.Add("ann", ActionType.Like, "again", new("b" + i, "again", i, i, 0, 0));
            Assert.Equal("b" + i, Assert.Single(store.Take("ann", ActionType.Like, "again")).ActionId);
        }

        Assert.False(store.Contains("ann", ActionType.Like, "c19"));
        Assert.InRange(context.Dump().Length, 1, bytes);
    }

    [Fact]
    public void OwnActionStore_ManySharesOfOneContent_TakesBackTheNewest()
    {
        var store = new OwnActionStore(new FakeTaskContext("actions"), capacity: 100);
        for (var i = 0; i < 20; i++)
            store.Add("ann", ActionType.Share, "c", new("a" + i, "c", i, i, 0, 0));

        Assert.Equal(Enumerable.Range(4, 16).Select(i => "a" + i), store.Take("ann", ActionType.Share, "c").Select(action => action.ActionId));
        Assert.Empty(store.Take("ann", ActionType.Share, "c"));
    }

    private static List<string> FeedOf(FeedPipeline pipeline, string user) => [.. pipeline.Read(user, 100, null).Entries.Select(entry => entry.Item.ActionId)];

    private static UserAction On(string content, ActionType type, string user, string id) => new()
    {
        ActionId = id, Type = type, UserId = user, ContentId = content, OccurredAt = 5,
    };

    private static UserAction Delete(string user, string id, string actionId) => new()
    {
        ActionId = id, Type = ActionType.Delete, UserId = user, TargetActionId = actionId, OccurredAt = 6,
    };
}
