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

    public static TheoryData<int, int> Runs
    {
        get
        {
            var runs = new TheoryData<int, int>();
            foreach (var capacity in (int[])[5, 20, 1000])
            {
                for (var seed = 1; seed <= 20; seed++)
                    runs.Add(capacity, seed);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Read_SomeArePulled_TheFeedsAreThoseOfPushing(int capacity, int seed)
    {
        using var pushed = new FeedPipeline(Never, capacity);
        using var pulled = new FeedPipeline(threshold: 4, capacity);
        var script = new ActionScript(Users, seed);
        for (var step = 1; step <= 600; step++)
        {
            var action = script.Next();
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
        Assert.True(pulled.PulledRecords > 50, $"Only {pulled.PulledRecords} records are in pull-posts.");
        Assert.Equal(0, pushed.PulledRecords);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Read_ClientsRepeatActionsThatAreForgotten_TheFeedsAreThoseOfPushing(int seed)
    {
        const int capacity = 1000;
        using var pushed = new FeedPipeline(Never, capacity);
        using var pulled = new FeedPipeline(threshold: 4, capacity);
        var script = new ActionScript(Users, seed, repeats: true);
        for (var step = 1; step <= 600; step++)
        {
            var action = script.Next();
            pushed.Pipe(action);
            pulled.Pipe(action);
            if (step % 50 == 0)
                AssertSame(pushed, pulled, capacity);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void ReadStream_AuthorsBecomePulledAndReadersComeAndGo_EachEntryOnceAndInItsAuthorsOrder(int seed)
    {
        const int capacity = 10_000;
        using var pushed = new FeedPipeline(Never, capacity);
        using var pulled = new FeedPipeline(threshold: 4, capacity);
        var script = new ActionScript(Users, seed);
        var random = new Random(seed);
        var received = script.Users.ToDictionary(user => user, _ => new List<FeedEntry>());
        var positions = script.Users.ToDictionary(user => user, _ => StreamPosition.Start);
        for (var step = 1; step <= 600; step++)
        {
            var action = script.Next();
            pushed.Pipe(action);
            pulled.Pipe(action);
            // The reader reads from time to time, and sometimes its connection ends within an answer.
            foreach (var user in script.Users.Where(_ => random.Next(step % 100 == 0 ? 1 : 15) == 0))
            {
                var entries = pulled.ReadStream(user, positions[user]);
                foreach (var (entry, position) in entries.Take(random.Next(2) == 0 ? entries.Count : random.Next(entries.Count + 1)))
                {
                    received[user].Add(entry);
                    positions[user] = StreamEventId.Parse(StreamEventId.Format(position))!;
                }
            }
        }

        foreach (var user in script.Users)
        {
            received[user].AddRange(pulled.ReadStream(user, positions[user]).Select(streamed => streamed.Entry));
            var expected = pushed.ReadStream(user, StreamPosition.Start).Select(streamed => streamed.Entry.Item).ToList();
            Assert.Equal(
                expected.OrderBy(item => item.Position).Select(item => item.ActionId),
                received[user].OrderBy(entry => entry.Item.Position).Select(entry => entry.Item.ActionId));
            foreach (var author in expected.GroupBy(item => item.AuthorId))
            {
                var pulledOfAuthor = received[user].Where(entry => entry.Item.AuthorId == author.Key && entry.PullNumber > 0).ToList();
                Assert.Equal(pulledOfAuthor.OrderBy(entry => entry.PullNumber), pulledOfAuthor);
            }
        }
    }

    [Fact]
    public void ReadStreamEnd_FeedThatPulls_NothingFollowsIt()
    {
        using var pipeline = new FeedPipeline(threshold: 4, capacity: 100);
        var script = new ActionScript(Users, seed: 9);
        for (var step = 0; step < 300; step++)
            pipeline.Pipe(script.Next());
        foreach (var user in script.Users)
            Assert.Empty(pipeline.ReadStream(user, pipeline.ReadStreamEnd(user)));
        Assert.Contains(script.Users, user => !pipeline.ReadStreamEnd(user).Pulls.IsEmpty);
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
