using StreamSocial.Cli;
using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Replay.Messages;
using StreamSocial.Replay.Traces;
using StreamSocial.Unit.Tests.Replay;

namespace StreamSocial.Unit.Tests.Cli.Verification;

public sealed class ReferenceModelTests
{
    [Fact]
    public void Apply_PostsAroundAFollow_ReachesFollowersFromThenOn()
    {
        var model = Apply(
            Do("a", ActionType.Post, "x", 1),
            Follow("f", "y", "x", 2),
            Do("b", ActionType.Post, "x", 3),
            Do("c", ActionType.Share, "x", 4) with { ContentId = "other", ContentAuthorId = "z" },
            Follow("u", "y", "x", 5) with { Type = ActionType.Unfollow },
            Do("d", ActionType.Post, "x", 6));

        Assert.Equal(["c", "b"], model.FeedOf("y").Select(entry => entry.ActionId));
        Assert.Empty(model.FeedOf("x"));
        Assert.Equal(2, model.Deliveries);
        Assert.Equal(6, model.Actions);
        Assert.Equal(["x", "y", "z"], model.Users.Order());
        Assert.Equal(1, model.Counters["other"].Shares);
        Assert.Equal(default, model.Counters["content-a"]);
    }

    [Fact]
    public void FeedOf_SameTime_LargerActionIdFirst()
    {
        var model = Apply(Follow("f", "y", "x", 1), Do("h9", ActionType.Post, "x", 2), Do("h10", ActionType.Post, "x", 2));

        Assert.Equal(["h9", "h10"], model.FeedOf("y").Select(entry => entry.ActionId));
    }

    [Fact]
    public void FeedOf_MoreThanItsCapacity_KeepsTheNewest()
    {
        var model = new ReferenceModel(feedCapacity: 3);
        model.Apply(Follow("f", "y", "x", 0));
        for (var i = 1; i <= 20; i++)
            model.Apply(Do($"{i:00}", ActionType.Post, "x", i));

        Assert.Equal(["20", "19", "18"], model.FeedOf("y").Select(entry => entry.ActionId));
        Assert.Equal(20, model.Deliveries);
    }

    [Fact]
    public void Apply_Interactions_AreCounted()
    {
        var model = new ReferenceModel();
        foreach (var type in new[] { InteractionType.View, InteractionType.View, InteractionType.Click })
            model.Apply(new ReplayInteraction { InteractionId = "i", Type = type, ContentId = "c", UserId = "u", OccurredAt = DateTimeOffset.UnixEpoch });

        Assert.Equal(new ContentCounts(2, 0, 1, 0, 0, 0), model.Counters["c"]);
        Assert.Equal(3, model.Interactions);
    }

    [Fact]
    public void Apply_UnknownActionType_FailsAndNamesIt()
    {
        var error = Assert.Throws<ToolException>(() => Apply(Do("a", (ActionType)77, "x", 1)));
        Assert.Contains("type 77", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_UnknownInteractionType_FailsAndNamesIt()
    {
        var interaction = new ReplayInteraction { InteractionId = "i", Type = (InteractionType)77, ContentId = "c", UserId = "u", OccurredAt = DateTimeOffset.UnixEpoch };
        Assert.Contains("type 77", Assert.Throws<ToolException>(() => Apply(interaction)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_EveryTypeOfTheTable_IsKnown() => Assert.All(ActionTypes.All, definition =>
    {
        var action = Do("a", definition.Type, "x", 1) with { TargetUserId = definition.Names == ActionObject.User ? "y" : null, TargetActionId = "b", ReadUpTo = 1 };
        Assert.Equal(1, Apply(action).Actions);
    });

    [Fact]
    public void Apply_TakenBack_LeavesFeedsAndCounters()
    {
        var model = Apply(
            Follow("f", "y", "x", 1),
            Do("p", ActionType.Post, "x", 2),
            Do("c", ActionType.Comment, "x", 3) with { ContentId = "other" },
            Do("l", ActionType.Like, "x", 4) with { ContentId = "other" },
            Do("l2", ActionType.Like, "x", 5) with { ContentId = "other" },
            Do("s", ActionType.Share, "x", 6) with { ContentId = "other" },
            Do("s2", ActionType.Share, "x", 7) with { ContentId = "other" },
            Do("kept", ActionType.Post, "x", 8));
        Assert.Equal(["kept", "s2", "s", "l", "c", "p"], model.FeedOf("y").Select(entry => entry.ActionId));
        Assert.Equal(new ContentCounts(0, 0, 0, 1, 1, 2), model.Counters["other"]);

        foreach (var action in new[]
        {
            Do("1", ActionType.Unlike, "x", 9) with { ContentId = "other" }, Do("2", ActionType.Unshare, "x", 9) with { ContentId = "other" },
            Do("3", ActionType.Delete, "x", 9) with { TargetActionId = "p" }, Do("4", ActionType.Delete, "x", 9) with { TargetActionId = "c" },
            Do("5", ActionType.Delete, "y", 9) with { TargetActionId = "kept" },
        })
            model.Apply(action);
        Assert.Equal(["kept"], model.FeedOf("y").Select(entry => entry.ActionId));
        Assert.Equal(default, model.Counters["other"]);
        Assert.Equal(5, model.TakenBack);
    }

    [Fact]
    public void Apply_Block_EndsBothFollowsUntilItIsLifted()
    {
        var model = Apply(
            Follow("1", "x", "y", 1), Follow("2", "y", "x", 1), Follow("3", "x", "z", 1),
            Do("a", ActionType.Post, "y", 2), Do("b", ActionType.Post, "x", 2), Do("c", ActionType.Post, "z", 2),
            Follow("4", "x", "y", 3) with { Type = ActionType.Block },
            Follow("5", "x", "y", 4), Follow("6", "y", "x", 4),
            Do("d", ActionType.Post, "y", 5), Do("e", ActionType.Post, "x", 5));
        Assert.Equal(["c"], model.FeedOf("x").Select(entry => entry.ActionId));
        Assert.Equal(["b"], model.FeedOf("y").Select(entry => entry.ActionId));

        foreach (var action in new[]
        {
            Follow("7", "y", "x", 6) with { Type = ActionType.Unblock }, Follow("8", "x", "y", 6), Do("f", ActionType.Post, "y", 7),
            Follow("9", "x", "y", 8) with { Type = ActionType.Unblock }, Follow("10", "x", "y", 8), Do("g", ActionType.Post, "y", 9),
        })
            model.Apply(action);
        Assert.Equal(["g", "c"], model.FeedOf("x").Select(entry => entry.ActionId));
    }

    [Fact]
    public void Apply_Notifications_GoToOthersWhoDoNotBlockTheActor()
    {
        var model = Apply(
            Follow("1", "x", "y", 1), Follow("2", "x", "y", 1),
            Do("3", ActionType.Like, "x", 2) with { ContentAuthorId = "y" }, Do("4", ActionType.Like, "x", 2) with { ContentAuthorId = "y", ContentId = "content-3" },
            Do("5", ActionType.Post, "x", 3) with { MentionedUserIds = ["y", "x", "z", "y"] },
            Follow("6", "y", "x", 4) with { Type = ActionType.Block }, Do("7", ActionType.Share, "x", 5) with { ContentAuthorId = "y" },
            Do("8", ActionType.Read, "y", 6) with { ReadUpTo = 2 }, Do("9", ActionType.Read, "y", 6) with { ReadUpTo = 1 });

        Assert.Equal([("1", NotificationType.Follow), ("3", NotificationType.Like), ("5", NotificationType.Mention)], model.NotificationsOf("y").Select(told => (told.ActionId, told.Type)));
        Assert.Equal(["5"], model.NotificationsOf("z").Select(told => told.ActionId));
        Assert.Empty(model.NotificationsOf("x"));
        Assert.Equal((2, 0), (model.ReadUpToOf("y"), model.ReadUpToOf("x")));
    }

    [Fact]
    public void Apply_Unfollow_KeepsOlderEntriesUnlessTheyArePurged()
    {
        var model = Apply(
            Follow("1", "x", "y", 1), Do("a", ActionType.Post, "y", 2), Follow("2", "x", "y", 3) with { Type = ActionType.Unfollow }, Do("b", ActionType.Post, "y", 4));
        Assert.Equal(["a"], model.FeedOf("x").Select(entry => entry.ActionId));

        model.Apply(Follow("3", "x", "y", 5) with { Type = ActionType.Unfollow, Purge = true });
        Assert.Empty(model.FeedOf("x"));
    }

    [Fact]
    public void Apply_FollowOfOneself_DoesNothing() =>
        Assert.Empty(Apply(Follow("f", "x", "x", 1), Do("p", ActionType.Post, "x", 2)).FeedOf("x"));

    [Fact]
    public void Apply_WholeTrace_DeliversTheKnownNumber()
    {
        using var trace = new HiggsTrace(SharedData.RequireTrace());
        var model = new ReferenceModel();
        foreach (var replayEvent in trace.ReadEvents())
            model.Apply(replayEvent);

        Assert.Equal(563_069 + 328_132, model.Actions);
        Assert.Equal(1_231_869, model.Deliveries);
    }

    internal static ReplayAction Do(string id, ActionType type, string user, int second) => new()
    {
        ActionId = id, Type = type, UserId = user, ContentId = $"content-{id}", ContentAuthorId = user, OccurredAt = DateTimeOffset.FromUnixTimeSeconds(second),
    };

    internal static ReplayAction Follow(string id, string follower, string followee, int second) => new()
    {
        ActionId = id, Type = ActionType.Follow, UserId = follower, TargetUserId = followee, OccurredAt = DateTimeOffset.FromUnixTimeSeconds(second),
    };

    private static ReferenceModel Apply(params ReplayEvent[] events)
    {
        var model = new ReferenceModel();
        foreach (var replayEvent in events)
            model.Apply(replayEvent);
        return model;
    }
}
