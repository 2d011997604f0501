using CsCheck;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Notifications;

namespace StreamSocial.Unit.Tests.FeedGenerator.Codecs;

public sealed class StateCodecTests
{
    [Fact]
    public void FollowerHeader_RoundTrips()
    {
        Assert.Equal(new(5_000_000_000, 70_000_000, ulong.MaxValue), CodecAssert.RoundTrips(new FollowerHeaderCodec(), new(5_000_000_000, 70_000_000, ulong.MaxValue)));
        Assert.Equal(new(5, 2, 0), new FollowerHeaderCodec().Read([1, 5, 2]));
    }

    [Fact]
    public void FollowerBucket_RoundTrips() =>
        Assert.Equal(["", "a", "zoë", "😀"], IdsOf(CodecAssert.RoundTrips(new FollowerBucketCodec(), FollowerBucket.Of(["", "a", "zoë", "😀"]))));

    [Fact]
    public void FollowerBucket_OutOfOrder_IsDamage() =>
        Assert.Throws<InvalidDataException>(() => new FollowerBucketCodec().Check(CodecAssert.Bytes(new FollowerBucketCodec(), FollowerBucket.Of(["b", "a"]))));

    /// <summary>UTF-8 and UTF-16 order some ids differently, and buckets that are stored already are in the order of UTF-16.</summary>
    [Fact]
    public void FollowerBucket_AnyChanges_BehavesAsASortedSetOfTexts()
    {
        var id = Gen.OneOf([.. new[] { "a", "b", "\uD7FF", "\uE000", "\uFFFD", "😀", "𐀀", "ab" }.Select(Gen.Const)]).Array[1, 3].Select(string.Concat);
        Gen.Select(Gen.Bool, id).Array[0, 60].Sample(changes =>
        {
            var (bucket, model) = (new FollowerBucket(), new SortedSet<string>(StringComparer.Ordinal));
            foreach (var (isAdded, follower) in changes)
            {
                Assert.Equal(isAdded ? model.Add(follower) : model.Remove(follower), isAdded ? bucket.Add(follower) : bucket.Remove(follower));
                Assert.Equal(model, IdsOf(bucket));
                new FollowerBucketCodec().Check(CodecAssert.Bytes(new FollowerBucketCodec(), bucket));
            }
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void OwnActions_RoundTrip()
    {
        List<OwnAction> actions = [new("id", "c", -3, -5, 7, 70_000, 5), new("zoë", "", long.MaxValue, 1, 0, 0, int.MaxValue)];
        Assert.Equal(actions, CodecAssert.RoundTrips(new OwnActionsCodec(), actions));
        // Version, actions; of each two ids, time, spread, number in pull-posts, place.
        Assert.Equal([new OwnAction("id", "c", -3, -3, 7, 2, 5)], new OwnActionsCodec().Read([1, 1, 2, (byte)'i', (byte)'d', 1, (byte)'c', 5, 7, 2, 5]));
        Assert.Equal(new(3, 70_000), CodecAssert.RoundTrips(new OwnActionRowCodec(), new(3, 70_000)));
        Assert.Throws<InvalidDataException>(() => new OwnActionRowCodec().Read(CodecAssert.Bytes(new OwnActionRowCodec(), new(4, 3))));
    }

    [Fact]
    public void RecentInteractions_RoundTrip()
    {
        var chunk = CodecAssert.RoundTrips(new RecentChunkCodec(), new(-5, [UInt128.MaxValue, 2]));
        Assert.Equal(-5, chunk.LatestAt);
        Assert.Equal([UInt128.MaxValue, 2], chunk.Ids);
        Assert.Equal(new(3, 70_000, 64), CodecAssert.RoundTrips(new RecentHeaderCodec(), new(3, 70_000, 64)));
        Assert.Equal(4, CodecAssert.RoundTrips(new RecentHeaderCodec(), new(int.MaxValue - 1, 2, 64)).Count);
        Assert.Throws<InvalidDataException>(() => new RecentHeaderCodec().Read(CodecAssert.Bytes(new RecentHeaderCodec(), new(4, 3, 64))));
        CodecAssert.SurvivesDamage(new RecentChunkCodec(), new(-5, [UInt128.MaxValue, 2]));
    }

    [Fact]
    public void NotificationHeader_RoundTrips()
    {
        var header = new NotificationHeader(3, 70_000, 64, 0xfeedbeef);
        Assert.Equal(header, CodecAssert.RoundTrips(new NotificationHeaderCodec(), header));
        Assert.Throws<InvalidDataException>(() => new NotificationHeaderCodec().Read([2, 5, 3, 0, 1]));
        Assert.Throws<InvalidDataException>(() => new NotificationHeaderCodec().Read([2, 1, 3, 0, 0]));
        CodecAssert.SurvivesDamage(new NotificationHeaderCodec(), header);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 4, 3 }, 2, 4, 3, ArrivalEpoch.Oldest)]
    [InlineData(new byte[] { 1, 1, 0, 3 }, 1, 0, 3, ArrivalEpoch.Any)]
    public void NotificationHeader_OfTheVersionBefore_IsRead(byte[] stored, int first, int last, int readUpTo, uint epoch)
    {
        Assert.Equal(new NotificationHeader(first, last, readUpTo, epoch), new NotificationHeaderCodec().Read(stored));
    }

    [Fact]
    public void Blockers_RoundTrip()
    {
        Assert.Equal(Blockers.Owner | Blockers.Other, CodecAssert.RoundTrips(new BlockersCodec(), Blockers.Owner | Blockers.Other));
        Assert.Throws<InvalidDataException>(() => new BlockersCodec().Read([1, 0]));
    }

    [Fact]
    public void FeedChunk_OfTheVersionBeforeRemovals_IsRead()
    {
        // Version, entries; of each the time after the one before, arrival, number, type, and four texts.
        byte[] before =
        [
            2, 2,
            9, 2, 7, (byte)FeedEntryType.Post, 3, (byte)'i', (byte)'d', (byte)'1', 1, (byte)'a', 1, (byte)'c', 0,
            20, 1, 0, (byte)FeedEntryType.Share, 3, (byte)'i', (byte)'d', (byte)'2', 1, (byte)'b', 0, 1, (byte)'t',
        ];
        FeedEntry[] entries = [new(new("id1", FeedEntryType.Post, "a", "c", "", -5), 2, 7), new(new("id2", FeedEntryType.Share, "b", "", "t", 5), 1, 0)];
        Assert.Equal(entries, new FeedChunkCodec().Read(before).Entries);
        Assert.Throws<InvalidDataException>(() => new FeedChunkCodec().Read([.. before, 0]));
    }

    [Fact]
    public void FeedHeader_OfTheVersionBeforeRemovals_IsRead()
    {
        // Version, newest arrival, next chunk, evicted, chunks; of each chunk number, time, entries.
        var header = new FeedHeaderCodec().Read([1, 90, 9, 0, 1, 8, 20, 5]);
        Assert.Equal([new FeedChunkEntry(8, 10, 5)], header.Chunks);
        Assert.Equal((90L, 9, 0, 5), (header.LastArrival, header.NextChunk, header.Evicted, header.Count));
    }

    [Fact]
    public void FeedChunk_RoundTrips()
    {
        var read = CodecAssert.RoundTrips(new FeedChunkCodec(), Chunk());
        Assert.Equal(Chunk().Entries, read.Entries);
    }

    [Fact]
    public void FeedHeader_RoundTrips()
    {
        var read = CodecAssert.RoundTrips(new FeedHeaderCodec(), Header());
        Assert.Equal(Header().Chunks, read.Chunks);
        Assert.Equal((0xFFFF_FFF1, 90L, 9, 5, 63), (read.Epoch, read.LastArrival, read.NextChunk, read.Evicted, read.Count));
        Assert.Equal(Chunk().Entries, read.Newest!.Entries);
    }

    [Fact]
    public void ContentCounters_RoundTrips()
    {
        var read = CodecAssert.RoundTrips(new ContentCountersCodec(), Counters());
        Assert.Equal(Counters().ToStats("c"), read.ToStats("c"));
        Assert.Equal((12.5, 77L), (read.Score, read.LastEmittedAt));
        Assert.Null(CodecAssert.RoundTrips(new ContentCountersCodec(), new()).LastEmittedAt);
    }

    [Fact]
    public void TrendingContents_RoundTrips() =>
        Assert.Equal(["b", "a"], CodecAssert.RoundTrips(new TrendingContentsCodec(), new(["b", "a"])).ContentIds);

    [Fact]
    public void Keys_RoundTrip()
    {
        var key = new NumberedKey("zoë", 70_000);
        Assert.Equal(key, NumberedKeyCodec.Instance.Read(CodecAssert.Bytes(NumberedKeyCodec.Instance, key)));
        Assert.Equal("zoë", StringKeyCodec.Instance.Read(CodecAssert.Bytes(StringKeyCodec.Instance, "zoë")));
        Assert.Throws<InvalidDataException>(() => NumberedKeyCodec.Instance.Read([1, 2, 3]));
        Assert.Throws<InvalidDataException>(() => NumberedKeyCodec.Instance.Read([0xFF, 2, 3, 4, 65]));
        Assert.Throws<InvalidDataException>(() => StringKeyCodec.Instance.Read([0xFF]));
    }

    [Fact]
    public void Read_RandomDamage_IsReportedAsDamage()
    {
        CodecAssert.SurvivesDamage(new FollowerHeaderCodec(), new(300, 5, 7));
        CodecAssert.SurvivesDamage(new FollowerBucketCodec(), FollowerBucket.Of(["a", "b", "zoë"]));
        CodecAssert.SurvivesDamage(new OwnActionsCodec(), [new("id", "c", -3, -5, 7, 70_000, 5)]);
        CodecAssert.SurvivesDamage(new OwnActionRowCodec(), new(3, 70_000));
        CodecAssert.SurvivesDamage(new FeedChunkCodec(), Chunk());
        CodecAssert.SurvivesDamage(new FeedHeaderCodec(), Header());
        CodecAssert.SurvivesDamage(new ContentCountersCodec(), Counters());
        CodecAssert.SurvivesDamage(new TrendingContentsCodec(), new(["b", "a"]));
    }

    private static List<string> IdsOf(FollowerBucket bucket)
    {
        var ids = new List<string>();
        bucket.CopyTo(ids);
        return ids;
    }

    private static FeedChunk Chunk() => new(
    [
        new(new("id1", FeedEntryType.Post, "a", "c", "", -5), 2, 7),
        new(new("id2", FeedEntryType.Share, "zoë", "", "text", 1_700_000_000_000), 1, 0),
        new(new("id3", FeedEntryType.Like, "b", "c", "", 1_700_000_000_000), 3, 0),
        new(new FeedItem("id4", FeedEntryType.Post, "b", "c", "text", 1_700_000_000_000).Removed(), 4, 2),
    ]);

    private static FeedHeader Header() => new()
    {
        Epoch = 0xFFFF_FFF1, Chunks = [new(3, -100, 64), new(8, -5, 4, 1)], LastArrival = 90, NextChunk = 9, Evicted = 5, Count = 63, Newest = Chunk(),
    };

    private static ContentCounters Counters() => new()
    {
        Views = 1, Impressions = 200, Clicks = 3, Likes = 40_000, Comments = 5, Shares = long.MaxValue, LastInteractionAt = -3, LastEmittedAt = 77, Score = 12.5,
    };
}
