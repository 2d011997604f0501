using StreamSocial.Events;
using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.Unit.Tests.FeedGenerator.Feeds;

public sealed class FeedStoreTests
{
    [Theory]
    [InlineData(1, 50, 1000)]
    [InlineData(2, 100, 100)]
    [InlineData(3, 1000, 1)]
    [InlineData(4, 1, 100)]
    [InlineData(5, 200, 10_000)]
    public void Add_AnyOrder_HoldsTheNewest(int seed, int capacity, int times)
    {
        var random = new Random(seed);
        var items = Enumerable.Range(0, 1500).Select(i => Item("id-" + i, random.Next(times), "author-" + (i % 7))).ToArray();
        var expected = items.OrderByDescending(item => item.Position).Take(capacity).ToList();
        for (var order = 0; order < 4; order++)
        {
            random.Shuffle(items);
            var context = new FakeTaskContext("feeds");
            var store = new FeedStore(context, capacity);
            foreach (var item in items)
            {
                store.Add("user", item);
                if (random.Next(3) == 0)
                    Assert.False(store.Add("user", items[random.Next(Array.IndexOf(items, item) + 1)]));
            }

            Assert.Equal(expected, ReadAll(store, "user"));
            Assert.Equal(expected, ReadAll(new(context.Restored(), capacity), "user"));
        }
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
    public void ReadArrivals_OutOfOrder_ComesInOrderOfArrival()
    {
        var random = new Random(3);
        var items = Enumerable.Range(0, 600).Select(i => Item("id-" + i, i)).ToArray();
        random.Shuffle(items);
        var store = new FeedStore(new FakeTaskContext("feeds"), 1000);
        foreach (var item in items)
            store.Add("user", item);
        for (var after = 0; after <= items.Length; after += 37)
            Assert.Equal(items.Skip(after), store.ReadArrivals("user", after).Entries.Select(entry => entry.Item));
    }

    [Fact]
    public void Read_PageByPage_GivesTheWholeFeed()
    {
        var random = new Random(4);
        var store = new FeedStore(new FakeTaskContext("feeds"), 300);
        for (var i = 0; i < 500; i++)
            store.Add("user", Item("id-" + i, random.Next(100)));
        var whole = ReadAll(store, "user");
        foreach (var limit in new[] { 1, 7, 64, 300 })
        {
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

            Assert.Equal(whole, pages);
        }
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

        // 64 entries of about 85 bytes and a directory of 17 chunks.
        Assert.InRange(largest, 1, 6_000);
    }

    [Fact]
    public void Add_SameActionIdOfTwoAuthors_KeepsBoth()
    {
        var store = new FeedStore(new FakeTaskContext("feeds"), 10);
        Assert.True(store.Add("user", Item("1", 5, "a")));
        Assert.True(store.Add("user", Item("1", 5, "b")));
        Assert.False(store.Add("user", Item("1", 5, "a")));
    }

    private static List<FeedItem> ReadAll(FeedStore store, string user) =>
        [.. store.Read(user, int.MaxValue, null).Entries.Select(entry => entry.Item)];

    private static FeedItem Item(string id, long at, string author = "author") => new(id, FeedEntryType.Post, author, "content", "", at);
}
