using System.Buffers;
using CsCheck;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.State;

namespace StreamSocial.Unit.Tests.FeedGenerator.Feeds;

public sealed class FeedStoreTests
{
    /// <summary>Of ids whose order in UTF-8 is not that in UTF-16, and of long ones.</summary>
    private static readonly string[] Beginnings = ["id-", "\uD7FF", "\uE000", "\uFFFD", "😀", new('x', 300)];

    [Fact]
    public void Add_AnyOrder_HoldsTheNewest()
    {
        // How many different times there are decides how often entries share one; an arrival may repeat an earlier entry.
        var cases =
            from capacity in Gen.OneOf<int>(Gen.Int[1, 10], Gen.Int[50, 200], Gen.Int[1000, 1000])
            from times in Gen.OneOf(1, 100, 1000, 10_000)
            from arrivals in Gen.Select(Gen.Int[0, times - 1], Gen.Int, Gen.Int[0, 9_000]).Array[0, 1500]
            from longestText in Gen.OneOf(1, 2_000, 40_000)
            select (capacity, longestText, longestText > 2_000 ? arrivals[..(arrivals.Length / 10)] : arrivals);
        cases.Sample((capacity, longestText, arrivals) =>
        {
            var items = arrivals.Select((arrival, i) => (Item: Item(Beginnings[arrival.Item3 / 7 % Beginnings.Length] + i, arrival.Item1, "author-" + (i % 7), new string('x', arrival.Item3 % longestText)), Order: arrival.Item2)).OrderBy(item => item.Order).Select(item => item.Item).ToArray();
            var context = new FakeTaskContext("feeds");
            var store = new FeedStore(context, capacity);
            for (var i = 0; i < items.Length; i++)
            {
                store.Add("user", items[i]);
                if (arrivals[i].Item3 % 3 == 0)
                    Assert.False(store.Add("user", items[arrivals[i].Item3 / 3 % (i + 1)]));
            }

            var expected = items.OrderByDescending(item => item.Position).Take(capacity);
            Assert.Equal(expected, ReadAll(store, "user"));
            Assert.Equal(expected, ReadAll(new(context.Restored(), capacity), "user"));
            Assert.True(context.LargestValue <= RecordLimit.PartBytes, $"A value has {context.LargestValue} bytes.");
        }, iter: 30);
    }

    /// <summary>Up to version 2 of a directory the newest chunk was stored apart.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(64, false)]
    [InlineData(65, false)]
    [InlineData(200, false)]
    [InlineData(1, true)]
    [InlineData(64, true)]
    [InlineData(65, true)]
    [InlineData(128, true)]
    [InlineData(200, true)]
    public void Changes_OfAStateOfTheVersionBefore_AreThoseOfAStateOfThisVersion(int entries, bool onDisk)
    {
        var context = new FakeTaskContext("feeds") { KeepsObjects = onDisk };
        StoreAsBefore(context, entries);
        var store = new FeedStore(context, 150);
        var expected = new FeedStore(new FakeTaskContext("feeds"), 150);
        for (var i = 0; i < entries; i++)
            expected.Add("user", Item("id-" + i, i));
        Assert.Equal(ReadAll(expected, "user"), ReadAll(store, "user"));

        // The first of them is in the middle of the newest chunk or at its end.
        foreach (var time in (int[])(onDisk ? [entries - 8, entries - 1, entries / 2, entries, entries + 1] : [entries - 1, entries / 2, entries, entries + 1]))
        {
            var (late, changed) = (Item("late-" + time, time), Item("id-" + time, time).Position);
            Assert.Equal(expected.Add("user", late), store.Add("user", late));
            Assert.Equal(expected.Remove("user", changed), store.Remove("user", changed));
            Assert.Equal(ReadAll(expected, "user"), ReadAll(new(context.Restored(), 150), "user"));
        }

        Assert.True(context.Restored().OpenStore(16, "feed-headers", StringKeyCodec.Instance, new FeedHeaderCodec()).TryGet("user", out var header));
        Assert.Equal(header.Chunks.Count - 1, context.Dump().Count(entry => entry.StartsWith("17/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Add_InOrder_GivesArrivalNumbersWithoutGaps()
    {
        var store = new FeedStore(new FakeTaskContext("feeds"), 100);
        for (var i = 0; i < 250; i++)
        {
            Assert.True(store.Add("user", Item("id-" + i, i)));
            Assert.False(store.Add("user", Item("id-" + i, i)));
        }

        var arrivals = store.ReadArrivals("user", 0);
        Assert.Equal(250, arrivals.LastArrival);
        Assert.Equal(Enumerable.Range(151, 100).Select(i => (long)i), arrivals.Entries.Select(entry => entry.Arrival));
        Assert.Equal([248, 249, 250], store.ReadArrivals("user", 247).Entries.Select(entry => entry.Arrival));
        Assert.Empty(store.ReadArrivals("user", 250).Entries);
        Assert.Empty(store.ReadArrivals("user", 999).Entries);
    }

    [Fact]
    public void ReadArrivals_OutOfOrder_ComesInOrderOfArrival() =>
        Gen.Select(Gen.Int.Array[0, 600], Gen.Int[0, 600]).Sample((order, after) =>
        {
            var items = order.Select((key, i) => (Item: Item("id-" + i, i), key)).OrderBy(item => item.key).Select(item => item.Item).ToArray();
            var store = new FeedStore(new FakeTaskContext("feeds"), 1000);
            foreach (var item in items)
                store.Add("user", item);
            Assert.Equal(items.Skip(after), store.ReadArrivals("user", after).Entries.Select(entry => entry.Item));
        }, iter: 50);

    [Fact]
    public void Read_PageByPage_GivesTheWholeFeed() =>
        Gen.Select(Gen.Int[0, 100].Array[1, 500], Gen.Int[1, 300]).Sample((times, limit) =>
        {
            var store = new FeedStore(new FakeTaskContext("feeds"), 300);
            foreach (var (i, at) in times.Index())
                store.Add("user", Item("id-" + i, at));
            var pages = new List<FeedItem>();
            FeedPosition? before = null;
            while (true)
            {
                var page = store.Read("user", limit, before);
                Assert.InRange(page.Entries.Count, 1, limit);
                pages.AddRange(page.Entries.Select(entry => entry.Item));
                if (!page.HasMore)
                    break;
                before = page.Entries[^1].Item.Position;
            }

            Assert.Equal(ReadAll(store, "user"), pages);
        }, iter: 50);

    /// <summary>Only what one author does comes in order; the feed must not depend on the rest.</summary>
    [Fact]
    public void Remove_AuthorsInterleavedInAnyWay_GivesTheSameFeed() =>
        Gen.Select(Gen.Select(Gen.Int[0, 4], Gen.Int[0, 60], Gen.Int[0, 99]).Array[0, 600], Gen.Int[1, 300], Gen.Int).Sample((steps, capacity, seed) =>
        {
            var authors = Enumerable.Range(0, 5).Select(_ => new List<(FeedItem Item, bool Remove)>()).ToArray();
            foreach (var (i, (author, at, chance)) in steps.Index())
            {
                var added = authors[author].Where(step => !step.Remove).ToList();
                authors[author].Add(chance < 30 && added.Count > 0 ? (added[chance % added.Count].Item, true) : (Item("id-" + i, at, "author-" + author), false));
            }

            var (first, second) = (new FeedStore(new FakeTaskContext("feeds"), capacity), new FakeTaskContext("feeds"));
            foreach (var step in authors.SelectMany(author => author))
                Apply(first, step);
            var random = new Random(seed);
            var queues = authors.Select(author => new Queue<(FeedItem, bool)>(author)).Where(queue => queue.Count > 0).ToList();
            var store = new FeedStore(second, capacity);
            while (queues.Count > 0)
            {
                var queue = queues[random.Next(queues.Count)];
                Apply(store, queue.Dequeue());
                queues.RemoveAll(left => left.Count == 0);
            }

            Assert.Equal(ReadAll(first, "user"), ReadAll(store, "user"));
            Assert.Equal(ReadAll(store, "user"), ReadAll(new(second.Restored(), capacity), "user"));
            Assert.InRange(store.Read("user", int.MaxValue, null, withRemoved: true).Entries.Count(entry => entry.IsRemoved), 0, store.RemovedOf("user"));
            Assert.DoesNotContain(store.ReadArrivals("user", 0).Entries, entry => entry.IsRemoved);
        }, iter: 100);

    [Fact]
    public void Remove_LastOfAPage_NothingMoreIsAnnounced()
    {
        var store = new FeedStore(new FakeTaskContext("feeds"), 10);
        store.Add("user", Item("1", 1));
        store.Add("user", Item("2", 2));
        Assert.True(store.Remove("user", Item("1", 1).Position));
        Assert.False(store.Remove("user", Item("1", 1).Position));
        Assert.False(store.Remove("user", Item("3", 3).Position));

        Assert.False(store.Read("user", 1, null).HasMore);
        Assert.False(store.Add("user", Item("1", 1)));
        Assert.Equal(["2"], ReadAll(store, "user").Select(item => item.ActionId));
    }

    [Fact]
    public void Read_UnknownUser_IsEmpty()
    {
        var store = new FeedStore(new FakeTaskContext("feeds"), 10);
        Assert.Empty(store.Read("nobody", 10, null).Entries);
        Assert.Equal(0, store.ReadArrivals("nobody", 0).LastArrival);
    }

    [Fact]
    public void Add_ToAFullFeed_RewritesOneChunkAndTheDirectory()
    {
        var context = new FakeTaskContext("feeds");
        var store = new FeedStore(context, 1000);
        long largest = 0;
        for (var i = 0; i < 5000; i++)
        {
            context.BytesPut = 0;
            store.Add("user", Item($"{i:D36}", 1_700_000_000_000 + (i * 1000)));
            largest = Math.Max(largest, context.BytesPut);
        }

        // 16 entries of about 85 bytes and a directory of 63 chunks.
        Assert.InRange(largest, 1, 2_500);
    }

    [Fact]
    public void Read_WithinBytes_StopsBeforeThemAndSaysThatThereIsMore()
    {
        var store = new FeedStore(new FakeTaskContext("feeds"), 100);
        for (var i = 0; i < 10; i++)
            store.Add("user", Item($"{i}", i, text: new string('x', 1_000)));

        var slice = store.Read("user", 100, null, maxBytes: 5_000).Within(5_000, atLeast: 1);
        Assert.Equal((4, true), (slice.Entries.Count, slice.HasMore));
        Assert.Equal((1, true), Count(store.Read("user", 100, null, 10).Within(10, atLeast: 1)));
        Assert.Equal((0, true), Count(store.Read("user", 100, null, 10).Within(10, atLeast: 0)));
        Assert.Equal((10, false), Count(store.Read("user", 100, null, 1_000_000).Within(1_000_000, atLeast: 0)));

        static (int, bool) Count(FeedSlice slice) => (slice.Entries.Count, slice.HasMore);
    }

    [Fact]
    public void Add_SameActionIdOfTwoAuthors_KeepsBoth()
    {
        var store = new FeedStore(new FakeTaskContext("feeds"), 10);
        Assert.True(store.Add("user", Item("1", 5, "a")));
        Assert.True(store.Add("user", Item("1", 5, "b")));
        Assert.False(store.Add("user", Item("1", 5, "a")));
    }

    private static void Apply(FeedStore store, (FeedItem Item, bool Remove) step)
    {
        if (step.Remove)
            store.Remove("user", step.Item.Position);
        else
            store.Add("user", step.Item);
    }

    private static List<FeedItem> ReadAll(FeedStore store, string user) =>
        [.. store.Read(user, int.MaxValue, null).Entries.Select(entry => entry.Item)];

    private static int NewestOf(int entries) => (entries - 1) / FeedChunk.MaxStoredEntries;

    private static void StoreAsBefore(FakeTaskContext context, int entries)
    {
        var old = new FakeTaskContext("feeds");
        var chunks = old.OpenStore(17, "feed-chunks", NumberedKeyCodec.Instance, new FeedChunkCodec());
        var headers = old.OpenStore(16, "feed-headers", StringKeyCodec.Instance, new HeaderOfVersion2());
        List<FeedChunkEntry> listed = [];
        for (var number = 0; number <= NewestOf(entries); number++)
        {
            FeedChunk chunk = new([.. Enumerable.Range(0, entries).Chunk(FeedChunk.MaxStoredEntries).ElementAt(number).Select(i => new FeedEntry(Item("id-" + i, i), i + 1, 0))]);
            chunks.Put(new("user", number), chunk);
            listed.Add(FeedChunkEntry.Of(number, chunk));
        }
        var evicted = Math.Max(0, entries - 150);
        headers.Put("user", new() { Epoch = Item("id-0", 0).Position.ToEpoch(), Chunks = listed, LastArrival = entries, NextChunk = listed.Count, Evicted = evicted, Count = entries - evicted });
        context.TakeOver(old);
    }

    /// <summary>Version 3 without the newest chunk.</summary>
    private sealed class HeaderOfVersion2 : ICodec<FeedHeader>
    {
        public void Write(FeedHeader value, IBufferWriter<byte> output)
        {
            byte[] bytes = [2, .. CodecAssert.Bytes(new FeedHeaderCodec(), value)[1..]];
            output.Write(bytes);
        }

        public FeedHeader Read(ReadOnlySpan<byte> input) => new FeedHeaderCodec().Read(input);
    }

    private static FeedItem Item(string id, long at, string author = "author", string text = "") => new(id, FeedEntryType.Post, author, "content", text, at);
}
