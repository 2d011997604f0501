using CsCheck;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading.Feeds;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;
using static StreamSocial.Unit.Tests.FeedGenerator.Pulling.ActionScript;

namespace StreamSocial.Unit.Tests.FeedGenerator.Pulling;

/// <summary>Compares feeds whose actions are all pushed with feeds that pull some of them: they must be equal.</summary>
public sealed class PulledFeedsTests
{
    private const int Users = 12;
    private const int Never = int.MaxValue;
    private const int Scripts = 12;

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(1000)]
    public void Read_SomeArePulled_TheFeedsAreThoseOfPushing(int capacity)
    {
        var pulledRecords = 0;
        ActionScript.Create(Users, 300, 600, takesBack: true).Sample(script =>
        {
            using var pushed = new FeedPipeline(Never, capacity);
            using var pulled = new FeedPipeline(threshold: 4, capacity);
            foreach (var (i, action) in script.Index())
            {
                var step = i + 1;
                pushed.Pipe(action);
                pulled.Pipe(action);
                if (step % 37 == 0)
                    pulled.Checkpoint();
                if (step % 101 == 0)
                    pulled.Crash();
                if (step % 53 == 0)
                    pulled.RepeatPullPosts(30);
                if (step % 20 == 0)
                    AssertSame(pushed, pulled, capacity);
            }

            AssertSame(pushed, pulled, capacity);
            Assert.Equal(0, pushed.PulledRecords);
            Interlocked.Add(ref pulledRecords, pulled.PulledRecords);
        }, iter: Scripts);
        Assert.True(pulledRecords > 50 * Scripts, $"Only {pulledRecords} records are in pull-posts after {Scripts} scripts.");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("e2DcN-2NvnI2")] // an action was taken back where it is pulled, and its repeat was pushed
    public void Read_ClientsRepeatActionsThatAreForgotten_TheFeedsAreThoseOfPushing(string? seed) =>
        ActionScript.Create(Users, 100, 600, repeats: true, takesBack: true).Sample(script =>
        {
            const int Capacity = 1000;
            using var pushed = new FeedPipeline(Never, Capacity);
            using var pulled = new FeedPipeline(threshold: 4, Capacity);
            foreach (var (i, action) in script.Index())
            {
                pushed.Pipe(action);
                pulled.Pipe(action);
                if (i % 50 == 49)
                    AssertSame(pushed, pulled, Capacity);
            }

            AssertSame(pushed, pulled, Capacity);
        }, seed: seed, iter: 5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_AnAuthorsActionsHaveOneTime_TheFeedsAreThoseOfPushingAndLittleIsKept(bool othersInBetween)
    {
        const int Capacity = 5;
        using var pushed = new FeedPipeline(Never, Capacity);
        using var pulled = new FeedPipeline(threshold: 4, Capacity);
        var random = new Random(1);
        for (var follower = 1; follower < Users; follower++)
            Pipe(new() { Type = ActionType.Follow, UserId = NameOf(follower), TargetUserId = NameOf(0) }, $"f{follower}");
        for (var i = 0; i < 100; i++)
        {
            // In an order that is not that of their ids, by which a feed orders what has one time.
            Pipe(new() { Type = ActionType.Post, UserId = NameOf(0), ContentId = $"c{i}", OccurredAt = 1_000 + (othersInBetween ? i / 30 : 0) }, $"p{random.Next(1_000_000):D6}");
            Assert.InRange(pulled.KeptPullPosts, 0, 2 * Capacity);
        }

        AssertSame(pushed, pulled, Capacity);
        Assert.InRange(pulled.PulledRecords, Capacity, 100 - 1);

        void Pipe(UserAction action, string id)
        {
            action.ActionId = id;
            pushed.Pipe(action);
            pulled.Pipe(action);
        }
    }

    [Fact]
    public void ReadStream_AuthorsBecomePulledAndReadersComeAndGo_EachEntryOnceAndInItsAuthorsOrder()
    {
        const int Capacity = 10_000;
        const int Steps = 600;
        // A reader looks now and then, and sometimes its connection ends in the middle of what it gets.
        var looks = Gen.Select(Gen.Int[0, 14], Gen.Int[0, 1_000]).Array[Users].Array[Steps];
        Gen.Select(ActionScript.Create(Users, 100, Steps), looks).Sample((script, looksOfSteps) =>
        {
            using var pushed = new FeedPipeline(Never, Capacity);
            using var pulled = new FeedPipeline(threshold: 4, Capacity);
            var users = ActionScript.UsersOf(Users);
            var received = users.ToDictionary(user => user, _ => new List<FeedEntry>());
            var positions = users.ToDictionary(user => user, _ => StreamPosition.Start);
            foreach (var (step, action) in script.Index())
            {
                pushed.Pipe(action);
                pulled.Pipe(action);
                foreach (var (user, (look, taken)) in users.Zip(looksOfSteps[step]).Where(reader => step % 100 == 99 || reader.Second.Item1 == 0))
                {
                    var entries = pulled.ReadStream(user, positions[user]);
                    foreach (var (entry, position) in entries.Take(taken % 2 == 0 ? entries.Count : taken / 2 % (entries.Count + 1)))
                    {
                        received[user].Add(entry);
                        positions[user] = StreamEventId.Parse(StreamEventId.Format(position))!;
                    }
                }
            }

            foreach (var user in users)
            {
                received[user].AddRange(pulled.ReadStream(user, positions[user]).Select(streamed => streamed.Entry));
                AssertStreamed(pushed.ReadStream(user, StreamPosition.Start).Select(streamed => streamed.Entry.Item).ToList(), received[user]);
            }
        }, iter: 6);
    }

    [Fact]
    public void ReadStreamEnd_FeedThatPulls_NothingFollowsIt()
    {
        ActionScript.Create(Users, 300, 300).Sample(script =>
        {
            using var pipeline = new FeedPipeline(threshold: 4, capacity: 100);
            foreach (var action in script)
                pipeline.Pipe(action);
            foreach (var user in ActionScript.UsersOf(Users))
                Assert.Empty(pipeline.ReadStream(user, pipeline.ReadStreamEnd(user)));
            Assert.Contains(ActionScript.UsersOf(Users), user => !pipeline.ReadStreamEnd(user).Pulls.IsEmpty);
        }, iter: 5);
    }

    [Fact]
    public void Read_PullIsBeingHandedOver_TheFeedStaysAsItIsAndThePullIsStoredOnceMore()
    {
        const int Capacity = 10;
        var (context, index, emitter) = (new FakeTaskContext("feeds"), new PullPostsIndex(), new FakeEmitter());
        var processor = new FeedsProcessor(context, new() { Capacity = Capacity }, new(), index, new());
        foreach (var author in new[] { "other", "star" })
            processor.Process(new FeedUpdate { AuthorId = author, PullChange = PullChange.Start, PullNumber = 3, RecipientIds = { "ann" } }, emitter);
        var actions = Enumerable.Range(4, Capacity).Select(number => new FeedUpdate { ActionId = $"a{number}", Type = FeedEntryType.Post, AuthorId = "star", OccurredAt = number, PullNumber = number }).ToList();
        foreach (var action in actions)
            index.Apply(PullPublisher.KeyOf("star", action.PullNumber), action.ToByteArray());
        var pulls = Pulls();

        foreach (var action in actions)
        {
            processor.Process(new FeedUpdate(action) { RecipientIds = { "ann" } }, emitter);
            AssertSame();
        }

        Assert.Equal(pulls, Pulls());
        processor.Process(new FeedUpdate { AuthorId = "star", PullChange = PullChange.End, RecipientIds = { "ann" } }, emitter);
        AssertSame();
        Assert.NotEqual(pulls, Pulls());

        void AssertSame()
        {
            var newest = processor.Read("ann", 4, before: null).Entries;
            var older = processor.Read("ann", Capacity, newest[^1].Item.Position);
            Assert.Equal(actions.Select(action => action.ActionId).Reverse(), newest.Concat(older.Entries).Select(entry => entry.Item.ActionId));
            Assert.Equal(actions.Select(action => action.ActionId), processor.ReadStream("ann", StreamPosition.Start).Entries.Select(streamed => streamed.Entry.Item.ActionId));
        }

        string Pulls() => Assert.Single(context.Dump(), entry => entry.StartsWith("18/", StringComparison.Ordinal));
    }

    /// <summary>If it were pulled, all that its author does until then would have to be pushed.</summary>
    [Fact]
    public void Read_ActionIsDatedFarAhead_ItAloneIsPushed()
    {
        // A little before the time of the driver's records.
        const long Now = 1_577_000_000_000;
        using var pushed = new FeedPipeline(Never, capacity: 10);
        using var pulled = new FeedPipeline(threshold: 1, capacity: 10);
        UserAction[] actions =
        [
            Action(ActionType.Follow, NameOf(1), "f1", NameOf(0)),
            Action(ActionType.Post, NameOf(0), "ahead", at: 100 * Now),
            Action(ActionType.Post, NameOf(0), "p1", at: Now),
            Action(ActionType.Post, NameOf(0), "ahead again", at: 100 * Now),
            Action(ActionType.Post, NameOf(0), "p2", at: Now + 1),
            Action(ActionType.Post, NameOf(0), "p3", at: Now + 2),
        ];
        foreach (var action in actions)
        {
            pushed.Pipe(action);
            pulled.Pipe(action);
        }

        AssertSame(pushed, pulled, capacity: 10);
        Assert.Equal(5, pulled.Read(NameOf(1), 10, null).Entries.Count);
        Assert.Equal(3, pulled.PulledRecords);
    }

    /// <summary>Who leaves is handed the places of what was taken back too, which a client that had pulled them does not miss.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadStream_PlacesAreHandedOver_AreAGapOnlyForWhoHadNotSeenTheActions(bool purge)
    {
        var (index, emitter) = (new PullPostsIndex(), new FakeEmitter());
        var processor = new FeedsProcessor(new FakeTaskContext("feeds"), new(), new(), index, new());
        processor.Process(new FeedUpdate { AuthorId = "star", PullChange = PullChange.Start, PullNumber = 3, RecipientIds = { "ann" } }, emitter);
        var actions = Enumerable.Range(4, 5).Select(number => new FeedUpdate { ActionId = $"a{number}", Type = FeedEntryType.Post, AuthorId = "star", OccurredAt = number, PullNumber = number }).ToList();
        foreach (var action in actions)
            index.Apply(PullPublisher.KeyOf("star", action.PullNumber), action.ToByteArray());
        var read = processor.ReadStream("ann", StreamPosition.Start).Entries;
        Assert.Equal(5, read.Count);

        actions[2].Removal = Removal.Action;
        index.Apply(PullPublisher.KeyOf("star", -6), actions[2].ToByteArray());
        index.Apply(PullPublisher.KeyOf("star", 6), null);
        foreach (var action in actions)
            Hand(new(action) { Removal = purge ? Removal.Action : action.Removal });
        Hand(new() { AuthorId = "star", PullChange = PullChange.End });

        var seenHalf = processor.ReadStream("ann", read[1].Position);
        Assert.Equal(StreamContinuity.Gap, seenHalf.Continuity);
        Assert.Equal(purge ? [] : ["a7", "a8"], seenHalf.Entries.Select(streamed => streamed.Entry.Item.ActionId));

        void Hand(FeedUpdate update)
        {
            update.RecipientIds.Add("ann");
            processor.Process(update, emitter);
            var live = processor.ReadStream("ann", read[^1].Position);
            Assert.Equal((0, StreamContinuity.Whole), (live.Entries.Count, live.Continuity));
        }
    }

    [Fact]
    public void Read_ActionRepeatedAtTheSameTimeAfterAFollow_TheNewFollowerHasIt()
    {
        using var pushed = new FeedPipeline(Never, capacity: 10);
        using var pulled = new FeedPipeline(threshold: 1, capacity: 10);
        UserAction[] actions =
        [
            Action(ActionType.Follow, NameOf(1), "f1", NameOf(0)),
            .. Enumerable.Range(0, 5).Select(i => Action(ActionType.Post, NameOf(0), "p" + i, at: 5)),
            Action(ActionType.Follow, NameOf(2), "f2", NameOf(0)),
            Action(ActionType.Post, NameOf(0), "p0", at: 5),
        ];
        foreach (var action in actions)
        {
            pushed.Pipe(action);
            pulled.Pipe(action);
        }

        AssertSame(pushed, pulled, capacity: 10);
        Assert.Equal("p0", Assert.Single(pulled.Read(NameOf(2), 10, null).Entries).Item.ActionId);
    }

    /// <summary>The stream gave every entry once, and those of each pulled author in the order of their numbers.</summary>
    private static void AssertStreamed(List<FeedItem> expected, List<FeedEntry> received)
    {
        Assert.Equal(
            expected.OrderBy(item => item.Position).Select(item => item.ActionId),
            received.OrderBy(entry => entry.Item.Position).Select(entry => entry.Item.ActionId));
        foreach (var author in expected.GroupBy(item => item.AuthorId))
        {
            var pulled = received.Where(entry => entry.Item.AuthorId == author.Key && entry.PullNumber > 0).ToList();
            Assert.Equal(pulled.OrderBy(entry => entry.PullNumber), pulled);
        }
    }

    private static void AssertSame(FeedPipeline pushed, FeedPipeline pulled, int capacity)
    {
        for (var i = 0; i < Users; i++)
        {
            var user = NameOf(i);
            var expected = pushed.Read(user, capacity, null);
            Assert.Equal(expected.Entries.Select(entry => entry.Item), pulled.Read(user, capacity, null).Entries.Select(entry => entry.Item));
            Assert.Equal(Pages(pushed, user), Pages(pulled, user));
        }
    }

    /// <summary>Reads the feed in pages of three entries.</summary>
    private static List<(string ActionId, bool HasMore)> Pages(FeedPipeline pipeline, string user)
    {
        var read = new List<(string, bool)>();
        FeedPosition? before = null;
        while (true)
        {
            var slice = pipeline.Read(user, 3, before);
            read.AddRange(slice.Entries.Select(entry => (entry.Item.ActionId, slice.HasMore)));
            if (!slice.HasMore)
                return read;
            before = slice.Entries[^1].Item.Position;
        }
    }
}
