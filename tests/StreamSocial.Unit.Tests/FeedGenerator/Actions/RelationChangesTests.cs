using StreamSocial.Events;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.Unit.Tests.FeedGenerator.Pulling;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Actions;

/// <summary>Who blocks or leaves somebody sees no more of them, pushed or pulled.</summary>
public sealed class RelationChangesTests
{
    private const long Pushed = long.MaxValue;
    private const long Pulled = 1;

    [Theory]
    [InlineData(Pushed)]
    [InlineData(Pulled)]
    public void Block_FeedsAndFollows_EndUntilItIsLifted(long threshold)
    {
        using var pipeline = new FeedPipeline(threshold, capacity: 100, rememberedActionIds: 100);
        Pipe(pipeline, Action(ActionType.Follow, "ann", "1", "bob"), Action(ActionType.Follow, "bob", "2", "ann"), Action(ActionType.Follow, "ann", "3", "eve"));
        Pipe(pipeline, Action(ActionType.Post, "bob", "b1"), Action(ActionType.Post, "ann", "a1"), Action(ActionType.Post, "eve", "e1"));
        pipeline.Checkpoint();

        Pipe(pipeline, Action(ActionType.Block, "ann", "4", "bob"), Action(ActionType.Follow, "ann", "5", "bob"), Action(ActionType.Follow, "bob", "6", "ann"));
        Pipe(pipeline, Action(ActionType.Post, "bob", "b2"), Action(ActionType.Post, "ann", "a2"));
        pipeline.Crash();
        Assert.Equal(["e1"], FeedOf(pipeline, "ann"));
        Assert.Equal(["a1"], FeedOf(pipeline, "bob"));

        // Only the one who blocks can lift it.
        Pipe(pipeline, Action(ActionType.Unblock, "bob", "7", "ann"), Action(ActionType.Follow, "bob", "8", "ann"), Action(ActionType.Post, "ann", "a3"));
        Assert.Equal(["a1"], FeedOf(pipeline, "bob"));
        Pipe(pipeline, Action(ActionType.Unblock, "ann", "9", "bob"), Action(ActionType.Follow, "bob", "10", "ann"), Action(ActionType.Post, "ann", "a4"));
        Assert.Equal(["a1", "a4"], FeedOf(pipeline, "bob").Order());
        Assert.Equal(["e1"], FeedOf(pipeline, "ann"));
    }

    [Theory]
    [InlineData(Pushed)]
    [InlineData(Pulled)]
    public void Unfollow_OlderEntries_StayUnlessTheyArePurged(long threshold)
    {
        using var pipeline = new FeedPipeline(threshold, capacity: 100, rememberedActionIds: 100);
        Pipe(pipeline, Action(ActionType.Follow, "ann", "1", "bob"), Action(ActionType.Follow, "eve", "2", "bob"), Action(ActionType.Post, "bob", "b1"));
        Pipe(pipeline, Action(ActionType.Unfollow, "ann", "3", "bob"), new(Action(ActionType.Unfollow, "eve", "4", "bob")) { Purge = true });
        Assert.Equal(["b1"], FeedOf(pipeline, "ann"));
        Assert.Empty(FeedOf(pipeline, "eve"));

        Pipe(pipeline, new UserAction(Action(ActionType.Unfollow, "ann", "5", "bob")) { Purge = true });
        Assert.Empty(FeedOf(pipeline, "ann"));

        Pipe(pipeline, Action(ActionType.Follow, "ann", "6", "bob"), Action(ActionType.Post, "bob", "b2"));
        Assert.Equal(["b2"], FeedOf(pipeline, "ann"));
    }

    [Fact]
    public void Blocked_LikesAndMentions_NotifyNobodyWhoBlocksThem()
    {
        var (context, emitter) = (new FakeTaskContext("actions"), new FakeEmitter());
        var processor = new ActionsProcessor(context, new(), new(), new());
        processor.Process(Action(ActionType.Block, "ann", "1", "bob"), emitter);
        var post = Action(ActionType.Post, "bob", "2");
        post.MentionedUserIds.Add(["ann", "eve"]);
        processor.Process(post, emitter);

        Assert.Equal(["eve"], emitter.Of<Notification>().Select(told => told.UserId));
    }

    [Fact]
    public void Unblock_Last_LeavesNoState()
    {
        var context = new FakeTaskContext("actions");
        var store = new BlockStore(context);
        store.Set("ann", "bob", Blockers.Owner | Blockers.Other);
        Assert.Equal(Blockers.None, store.Of("bob", "ann"));
        store.Set("ann", "bob", Blockers.Other);
        Assert.Equal(Blockers.Other, store.Of("ann", "bob"));
        store.Set("ann", "bob", Blockers.None);
        Assert.Empty(context.Dump());
    }

    private static void Pipe(FeedPipeline pipeline, params UserAction[] actions)
    {
        foreach (var action in actions)
            pipeline.Pipe(action);
    }

    private static List<string> FeedOf(FeedPipeline pipeline, string user) => [.. pipeline.Read(user, 100, null).Entries.Select(entry => entry.Item.ActionId)];
}
