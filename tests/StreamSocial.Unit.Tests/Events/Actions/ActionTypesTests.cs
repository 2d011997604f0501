using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Events.Interactions;

namespace StreamSocial.Unit.Tests.Events.Actions;

public sealed class ActionTypesTests
{
    [Theory]
    [InlineData(ActionType.Post, "post", "actor", FeedEntryType.Post, null, null)]
    [InlineData(ActionType.Like, "like", "actor", FeedEntryType.Like, InteractionType.Like, NotificationType.Like)]
    [InlineData(ActionType.Comment, "comment", "actor", FeedEntryType.Comment, InteractionType.Comment, NotificationType.Comment)]
    [InlineData(ActionType.Share, "share", "actor", FeedEntryType.Share, InteractionType.Share, NotificationType.Share)]
    [InlineData(ActionType.Follow, "follow", "target", null, null, NotificationType.Follow)]
    [InlineData(ActionType.Unfollow, "unfollow", "target", null, null, null)]
    [InlineData(ActionType.Unlike, "unlike", "actor", null, null, null)]
    [InlineData(ActionType.Unshare, "unshare", "actor", null, null, null)]
    [InlineData(ActionType.Delete, "delete", "actor", null, null, null)]
    [InlineData(ActionType.Block, "block", "target", null, null, null)]
    [InlineData(ActionType.Unblock, "unblock", "target", null, null, null)]
    [InlineData(ActionType.Read, "read", "actor", null, null, null)]
    public void Of_EachType_IsWhatTheContractSays(
        ActionType type, string name, string key, FeedEntryType? feedEntry, InteractionType? interaction, NotificationType? notification)
    {
        var definition = ActionTypes.Of(type);
        Assert.Equal((type, name, name), (definition.Type, definition.Name, definition.JsonName.Value));
        Assert.Equal(key, definition.KeyOf(new UserAction { UserId = "actor", TargetUserId = "target" }));
        Assert.Equal((feedEntry, interaction, notification), (definition.FeedEntry, definition.Interaction, definition.Notification));
        Assert.Equal(type == ActionType.Post, definition.CreatesContent);
    }

    [Fact]
    public void All_EveryValueOfTheContract_HasOneDefinition()
    {
        Assert.Equal(Enum.GetValues<ActionType>().Where(type => type != ActionType.Unspecified).Order(), ActionTypes.All.Select(definition => definition.Type).Order());
        Assert.Equal(ActionTypes.All.Length, ActionTypes.All.Select(definition => definition.Name).Distinct().Count());
        Assert.Equal(
            Enum.GetValues<FeedEntryType>().Where(type => type != FeedEntryType.Unspecified).Order(),
            ActionTypes.All.Where(definition => definition.FeedEntry is not null).Select(definition => definition.FeedEntry!.Value).Order());
    }

    [Fact]
    public void All_ActionsOnAUser_HaveNoContent() => Assert.All(
        ActionTypes.All.Where(definition => definition.Names == ActionObject.User),
        definition => Assert.Equal((false, null, null), (definition.CreatesContent, definition.FeedEntry, definition.Interaction)));

    [Fact]
    public void All_FollowerChanges_ConcernTheTarget()
    {
        Assert.Equal([FollowerChange.Add, FollowerChange.Remove], ActionTypes.All.Where(definition => definition.Concerns == ConcernedUser.Target).Select(definition => definition.FollowerChange));
        Assert.Equal([FollowerChange.Block, FollowerChange.Unblock], ActionTypes.All.Where(definition => definition.Concerns == ConcernedUser.Both).Select(definition => definition.FollowerChange));
        Assert.All(ActionTypes.All, definition => Assert.Equal(definition.FollowerChange != FollowerChange.None, definition.Names == ActionObject.User));
    }

    [Fact]
    public void KeyOf_ActionOfTwoUsers_IsEach()
    {
        var block = new UserAction { Type = ActionType.Block, UserId = "actor", TargetUserId = "target" };
        Assert.Equal("target", ActionTypes.Of(ActionType.Block).KeyOf(block));
        Assert.Equal("actor", ActionTypes.Of(ActionType.Block).KeyOf(new(block) { UnderActor = true }));
    }

    [Theory]
    [InlineData(ActionType.Post, ActionType.Delete)]
    [InlineData(ActionType.Comment, ActionType.Delete)]
    [InlineData(ActionType.Like, ActionType.Unlike)]
    [InlineData(ActionType.Share, ActionType.Unshare)]
    [InlineData(ActionType.Follow, null)]
    [InlineData(ActionType.Unlike, null)]
    [InlineData((ActionType)1000, null)]
    public void TakerBackOf_EachType_IsWhatTheContractSays(ActionType type, ActionType? taker) => Assert.Equal(taker, ActionTypes.TakerBackOf(type)?.Type);

    [Fact]
    public void All_WhatAppearsInFeedsOrCounts_CanBeTakenBack() => Assert.All(
        ActionTypes.All, definition => Assert.Equal(definition.FeedEntry is not null || definition.Interaction is not null, ActionTypes.TakerBackOf(definition.Type) is not null));

    [Theory]
    [InlineData(ActionType.Unspecified)]
    [InlineData((ActionType)1000)]
    [InlineData((ActionType)(-1))]
    public void Find_UnknownType_IsNull(ActionType type)
    {
        Assert.Null(ActionTypes.Find(type));
        Assert.Throws<ArgumentOutOfRangeException>(() => ActionTypes.Of(type));
    }

    [Theory]
    [InlineData(FeedEntryType.Unspecified)]
    [InlineData((FeedEntryType)5)]
    [InlineData((FeedEntryType)(-1))]
    public void Find_UnknownFeedEntry_IsNull(FeedEntryType type) => Assert.Null(ActionTypes.Find(type));

    [Fact]
    public void Interaction_OfAnAction_IsNotSentByClients() => Assert.All(
        ActionTypes.All.Where(definition => definition.Interaction is not null),
        definition => Assert.False(InteractionTypes.Of(definition.Interaction!.Value).IsSentByClients));
}
