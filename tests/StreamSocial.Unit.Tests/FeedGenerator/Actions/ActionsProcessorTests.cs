using CsCheck;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Actions;

public sealed class ActionsProcessorTests
{
    private readonly FakeTaskContext _context = new("actions");
    private readonly FakeEmitter _emitter = new();

    [Fact]
    public void Process_PostOfAFollowedUser_ReachesEachFollowerOnce()
    {
        _context.PartitionCounts[TopicNames.FeedUpdates] = 8;
        var processor = Create();
        var followers = Enumerable.Range(0, 300).Select(i => "user-" + i).ToHashSet();
        foreach (var follower in followers)
            processor.Process(Action(ActionType.Follow, follower, "follow-" + follower, "author"), _emitter);
        _emitter.All.Clear();

        processor.Process(Action(ActionType.Post, "author", "post", at: 7), _emitter);

        var updates = _emitter.Of<FeedUpdate>().ToList();
        Assert.Equal(8, updates.Count);
        Assert.Equal(Enumerable.Range(0, 8), _emitter.All.Select(emitted => emitted.Partition!.Value));
        Assert.Equal(followers.Order(), updates.SelectMany(update => update.RecipientIds).Order());
        foreach (var (update, partition) in updates.Select((update, partition) => (update, partition)))
        {
            Assert.Equal(update.RecipientIds.Order(StringComparer.Ordinal), update.RecipientIds);
            Assert.All(update.RecipientIds, recipient => Assert.Equal(partition, KeyPartitioner.PartitionOf(recipient, 8)));
            Assert.Equal(("post", FeedEntryType.Post, "author", "content-post", 7L), (update.ActionId, update.Type, update.AuthorId, update.ContentId, update.OccurredAt));
        }
    }

    [Fact]
    public void Process_RandomFollows_DeliversToWhoFollowsThen()
    {
        var steps = Gen.Select(Gen.OneOf(ActionType.Follow, ActionType.Unfollow, ActionType.Share), Gen.Int[0, 9], Gen.Int[0, 59]).Array[0, 2000];
        steps.Sample(actions =>
        {
            var emitter = new FakeEmitter();
            var processor = new ActionsProcessor(new FakeTaskContext("actions"), new(), new(), new());
            var model = new Dictionary<string, HashSet<string>>();
            foreach (var (i, (type, authorNumber, userNumber)) in actions.Index())
            {
                string author = "a" + authorNumber, user = "u" + userNumber;
                var followers = model.TryGetValue(author, out var present) ? present : model[author] = [];
                emitter.All.Clear();
                switch (type)
                {
                    case ActionType.Follow:
                        processor.Process(Action(type, user, "i" + i, author), emitter);
                        Assert.Equal(followers.Add(user), emitter.Of<Notification>().Any());
                        break;
                    case ActionType.Unfollow:
                        processor.Process(Action(type, user, "i" + i, author), emitter);
                        followers.Remove(user);
                        Assert.Empty(emitter.All);
                        break;
                    default:
                        processor.Process(Action(type, author, "i" + i), emitter);
                        Assert.Equal(followers.Order(), emitter.Of<FeedUpdate>().SelectMany(update => update.RecipientIds).Order());
                        break;
                }
            }
        }, iter: 10);
    }

    [Fact]
    public void Process_RepeatedActionId_AppliesItOnce()
    {
        var processor = Create();
        var like = Action(ActionType.Like, "author", "same");
        processor.Process(like, _emitter);
        var first = _emitter.All.Count;
        var state = _context.Dump();

        processor.Process(like, _emitter);

        Assert.Equal(first, _emitter.All.Count);
        Assert.Equal(state, _context.Dump());
    }

    [Fact]
    public void Process_RepeatBeyondTheRememberedIds_IsApplied()
    {
        var processor = new ActionsProcessor(_context, new() { RememberedActionIds = 4 }, new(), new());
        for (var i = 0; i < 5; i++)
            processor.Process(Action(ActionType.Share, "author", "share-" + i), _emitter);
        for (var i = 4; i >= 0; i--)
            processor.Process(Action(ActionType.Share, "author", "share-" + i), _emitter);

        Assert.Equal(["share-0", "share-1", "share-2", "share-3", "share-4", "share-0"], _emitter.Of<ContentInteraction>().Select(share => share.InteractionId));
    }

    [Fact]
    public void Process_ManyFollowsBetweenAnActionAndItsRepeat_TheRepeatIsKnown()
    {
        var processor = new ActionsProcessor(_context, new() { RememberedActionIds = 4 }, new(), new());
        processor.Process(Action(ActionType.Like, "author", "like"), _emitter);
        for (var i = 0; i < 10; i++)
            processor.Process(Action(ActionType.Follow, "fan-" + i, "follow-" + i, "author"), _emitter);
        processor.Process(Action(ActionType.Like, "author", "like"), _emitter);

        Assert.Single(_emitter.Of<ContentInteraction>());
    }

    [Fact]
    public void Process_UsersWithTheSameActionId_EachTakesEffectOnce()
    {
        var processor = Create();
        foreach (var user in new[] { "a", "b", "c", "a" })
            processor.Process(Action(ActionType.Follow, user, "same", "author"), _emitter);

        Assert.Equal(["a", "b", "c"], _emitter.Of<Notification>().Select(told => told.ActorId));
        Assert.Equal(3, processor.Followers.CountOf("author"));
    }

    [Fact]
    public void Process_SelfFollow_ChangesNothing()
    {
        Create().Process(Action(ActionType.Follow, "me", "id", "me"), _emitter);
        Assert.Empty(_context.Dump());
        Assert.Empty(_emitter.All);
    }

    [Theory]
    [InlineData(ActionType.Like, InteractionType.Like, NotificationType.Like)]
    [InlineData(ActionType.Comment, InteractionType.Comment, NotificationType.Comment)]
    [InlineData(ActionType.Share, InteractionType.Share, NotificationType.Share)]
    public void Process_Interaction_CountsItAndTellsTheAuthor(ActionType type, InteractionType interaction, NotificationType notification)
    {
        _context.PartitionCounts[TopicNames.ContentInteractions] = 50;
        var action = Action(type, "me", "id", at: 9);
        action.ContentAuthorId = "author";
        Create().Process(action, _emitter);

        var sent = Assert.Single(_emitter.All, emitted => emitted.Topic == TopicNames.ContentInteractions);
        Assert.Equal(KeyPartitioner.PartitionOf("content-id", 50), sent.Partition);
        Assert.Equal(
            new ContentInteraction { InteractionId = "id", Type = interaction, ContentId = "content-id", UserId = "me", OccurredAt = 9 }, sent.Payload);
        var told = Assert.Single(_emitter.All, emitted => emitted.Topic == TopicNames.Notifications);
        Assert.Equal("author", told.Key);
        Assert.Equal(
            new Notification { UserId = "author", Type = notification, ActorId = "me", ContentId = "content-id", ActionId = "id", OccurredAt = 9 },
            told.Payload);
    }

    [Fact]
    public void Process_OwnContentAndMentions_TellsEachOtherUserOnce()
    {
        var action = Action(ActionType.Comment, "me", "id");
        action.ContentAuthorId = "me";
        action.MentionedUserIds.Add(["x", "me", "y", "x", ""]);
        Create().Process(action, _emitter);
        Assert.Equal(["x", "y"], _emitter.Of<Notification>().Select(told => told.UserId));
    }

    [Theory]
    [InlineData("user_id")]
    [InlineData("action_id")]
    [InlineData("content_id")]
    [InlineData("type")]
    [InlineData("target_user_id")]
    [InlineData("spread")]
    [InlineData("occurred_at -1")]
    [InlineData("occurred_at 1700000000000000")]
    public void Process_InvalidAction_ThrowsBeforeAnythingChanges(string missing)
    {
        var action = Action(ActionType.Like, "me", "id");
        switch (missing)
        {
            case "user_id": action.UserId = ""; break;
            case "action_id": action.ActionId = ""; break;
            case "content_id": action.ContentId = ""; break;
            case "type": action.Type = (ActionType)99; break;
            case "spread": action.Spread = -1; break;
            case "occurred_at -1": action.OccurredAt = -1; break;
            case "occurred_at 1700000000000000": action.OccurredAt = 1_700_000_000_000_000; break;
            default: action.Type = ActionType.Follow; break;
        }

        var exception = Assert.Throws<InvalidEntryException>(() => Create().Process(action, _emitter));

        Assert.Contains(missing, exception.Message, StringComparison.Ordinal);
        Assert.Empty(_context.Dump());
        Assert.Empty(_emitter.All);
    }

    [Fact]
    public void Process_ActionInAForeignPartition_Throws()
    {
        var elsewhere = (KeyPartitioner.PartitionOf("me", 10) + 1) % 10;
        var processor = new ActionsProcessor(new FakeTaskContext("actions", elsewhere, 10), new(), new(), new());
        Assert.Throws<InvalidEntryException>(() => processor.Process(Action(ActionType.Post, "me", "id"), _emitter));
    }

    [Fact]
    public void Process_ReplayFromACheckpoint_GivesTheSameStateAndOutputs()
    {
        var step = Gen.Select(
            Gen.Frequency((5, ActionType.Share), (3, ActionType.Unfollow), (12, ActionType.Follow)), Gen.Int[0, 4], Gen.Int[0, 199]);
        Gen.Select(step.Array[0, 1000], step.Array[0, 1000]).Sample((before, after) =>
        {
            var context = new FakeTaskContext("actions");
            var emitter = new FakeEmitter();
            var processor = new ActionsProcessor(context, new(), new(), new());
            foreach (var action in Actions("before", before))
                processor.Process(action, emitter);
            var checkpoint = context.Restored();
            emitter.All.Clear();
            foreach (var action in Actions("after", after))
                processor.Process(action, emitter);

            var replayed = new FakeEmitter();
            var restored = new ActionsProcessor(checkpoint, new(), new(), new());
            foreach (var action in Actions("after", after))
                restored.Process(action, replayed);

            Assert.Equal(emitter.All, replayed.All);
            Assert.Equal(context.Dump(), checkpoint.Dump());
        }, iter: 10);

        static IEnumerable<UserAction> Actions(string prefix, (ActionType Type, int Author, int User)[] steps) => steps.Select((step, i) => step.Type == ActionType.Share
            ? Action(step.Type, "a" + step.Author, prefix + i)
            : Action(step.Type, "u" + step.User, prefix + i, "a" + step.Author));
    }

    private ActionsProcessor Create() => new(_context, new(), new(), new());
}
