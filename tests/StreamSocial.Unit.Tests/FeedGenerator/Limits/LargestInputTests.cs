using System.Globalization;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Kafka.Limits;
using StreamSocial.Topics;
using StreamSocial.Unit.Tests.FeedGenerator.Pulling;
using static StreamSocial.Unit.Tests.FeedGenerator.Limits.Extremes;

namespace StreamSocial.Unit.Tests.FeedGenerator.Limits;

/// <summary>Legal input of any size goes through both stages, their checkpoints and a restore, on brokers that refuse what is too large for them.</summary>
public sealed class LargestInputTests
{
    [Fact]
    public void Posts_SixtyFourOfFiveThousandEmoji_AreInTheFeedAndItsCheckpoint()
    {
        using var pipeline = new FeedPipeline(threshold: 10_000, capacity: 1000);
        pipeline.Pipe(Entries.Action(ActionType.Follow, "fan", "f", target: "star"));
        for (var i = 0; i < 64; i++)
            pipeline.Pipe(Post("star", $"p{i}", i, string.Concat(Enumerable.Repeat(Emoji, 5_000))));
        pipeline.Checkpoint();
        pipeline.Crash();

        Assert.Equal(Enumerable.Range(0, 64).Reverse().Select(i => $"p{i}"), pipeline.Read("fan", 1000, null).Entries.Select(entry => entry.Item.ActionId));
    }

    [Fact]
    public void Post_FollowersOfOnePartition_ReachesEveryOne()
    {
        // 64 characters of four bytes each, in one of the pipeline's partitions.
        var fans = Enumerable.Range(0, 40_000)
            .Select(i => string.Concat(i.ToString("D4", CultureInfo.InvariantCulture), string.Concat(Enumerable.Repeat(Emoji, 59))))
            .Where(fan => KeyPartitioner.PartitionOf(fan, 4) == 1).Take(4_700).ToList();
        using var pipeline = new FeedPipeline(threshold: 10_000, capacity: 10);
        foreach (var (number, fan) in fans.Index())
            pipeline.Pipe(Entries.Action(ActionType.Follow, fan, $"f{number}", target: "star"));
        pipeline.Pipe(Post("star", "p", 1, "hello"));
        pipeline.Checkpoint();
        pipeline.Crash();

        Assert.All(fans, fan => Assert.Equal("p", Assert.Single(pipeline.Read(fan, 10, null).Entries).Item.ActionId));
    }

    [Fact]
    public void Post_LargerThanIngestAccepts_GoesToTheDeadLettersAndLeavesNoTrace()
    {
        using var pipeline = new FeedPipeline(threshold: 10_000, capacity: 10);
        pipeline.Pipe(Entries.Action(ActionType.Follow, "fan", "f", target: "star"));
        pipeline.Pipe(Post("star", "large", 1, new string('x', RecordLimit.ClientDefault.MaxAcceptedBytes)));
        pipeline.Pipe(Post("star", "large", 1, "a repeat of the id, which was not remembered"));

        Assert.Single(pipeline.ReadDeadLetters());
        Assert.Equal("large", Assert.Single(pipeline.Read("fan", 10, null).Entries).Item.ActionId);
    }

    /// <summary>A client that was away for long gets all of its feed, a bounded part at a time.</summary>
    [Theory]
    [InlineData(10_000)]
    [InlineData(1)]
    public void ReadStream_FromFarBack_ComesInPiecesWithoutGapOrRepeat(long pullThreshold)
    {
        using var pipeline = new FeedPipeline(pullThreshold, capacity: 1000);
        pipeline.Pipe(Entries.Action(ActionType.Follow, "fan", "f", target: "star"));
        for (var i = 0; i < 30; i++)
            pipeline.Pipe(Post("star", $"p{i}", i, new string('x', 20_000)));

        var (position, read, pieces) = (StreamPosition.Start, new List<string>(), 0);
        while (pipeline.ReadStream("fan", position) is { Count: > 0 } entries)
        {
            Assert.True(entries.Sum(entry => (long)entry.Entry.Bytes) < MergedStream.MaxReadBytes + 30_000);
            read.AddRange(entries.Select(entry => entry.Entry.Item.ActionId));
            position = entries[^1].Position;
            pieces++;
        }

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"p{i}"), read);
        Assert.Equal(5, pieces);
    }

    [Theory]
    [InlineData("user")]
    [InlineData("content")]
    [InlineData("mention")]
    public void Action_WithAnIdThatIngestRefuses_GoesToTheDeadLetters(string field)
    {
        var tooLong = new string('x', IdRule.MaxChars + 1);
        var action = Post(field == "user" ? tooLong : "star", "p", 1, "");
        if (field == "content")
            action.ContentId = tooLong;
        if (field == "mention")
            action.MentionedUserIds.Add(tooLong);
        using var pipeline = new FeedPipeline(threshold: 10_000, capacity: 10);
        pipeline.Pipe(action);

        Assert.Single(pipeline.ReadDeadLetters());
    }

    /// <summary>Every limit with every option at both ends of its documented range, and the largest actions that ingest accepts at that limit.</summary>
    public static TheoryData<int, int, int, long> Combinations()
    {
        var data = new TheoryData<int, int, int, long>();
        foreach (var limit in RecordBytes)
        {
            foreach (var capacity in EndsOf<FeedsOptions>(nameof(FeedsOptions.Capacity)))
            {
                foreach (var remembered in EndsOf<ActionsOptions>(nameof(ActionsOptions.RememberedActionIds)))
                {
                    foreach (var threshold in EndsOf<ActionsOptions>(nameof(ActionsOptions.PullThreshold)))
                        data.Add(limit, (int)capacity, (int)remembered, threshold);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Actions_OfEveryCombinationOfLargestOptions_AreAppliedAndRestored(int recordBytes, int capacity, int remembered, long threshold)
    {
        var limit = new RecordLimit(recordBytes);
        using var pipeline = new FeedPipeline(threshold, capacity, remembered, limit);
        var fan = Id(0);
        pipeline.Pipe(Entries.Action(ActionType.Follow, fan, Id(1), target: Id(2)));
        for (var i = 0; i < 70; i++)
            pipeline.Pipe(LargestPost(limit, Id(2), Id(100 + i), at: i));
        // As many as a key remembers at most: the list of their fingerprints is a value of its own.
        for (var i = 0; i < Math.Min(remembered, 9_000); i++)
            pipeline.Pipe(Entries.Action(ActionType.Unfollow, fan, $"u{i}", target: Id(3)));
        pipeline.Checkpoint();
        pipeline.Crash();
        pipeline.Pipe(LargestPost(limit, Id(2), Id(999), at: 999));
        pipeline.Pipe(Entries.Action(ActionType.Unfollow, fan, Id(5), target: Id(2)));
        pipeline.Checkpoint();

        Assert.Empty(pipeline.ReadDeadLetters());
        Assert.Equal(Id(999), pipeline.Read(fan, 1000, null).Entries[0].Item.ActionId);
        Assert.Equal(Math.Min(capacity, 71), pipeline.Read(fan, 1000, null).Entries.Count);
    }

    private static UserAction Post(string author, string id, long at, string text)
    {
        var post = Entries.Action(ActionType.Post, author, id, at: at);
        post.Text = text;
        return post;
    }

    /// <summary>A post whose record has exactly the bytes that ingest accepts at most.</summary>
    private static UserAction LargestPost(RecordLimit limit, string author, string id, long at)
    {
        var post = Post(author, id, at, "");
        post.ContentId = Id(7);
        post.MentionedUserIds.AddRange(Enumerable.Range(1000, ActionTypes.MaxMentions).Select(Id));
        var room = limit.MaxAcceptedBytes - System.Text.Encoding.UTF8.GetByteCount(author) - post.CalculateSize() - 4;
        post.Text = new string('x', room);
        return post;
    }
}
