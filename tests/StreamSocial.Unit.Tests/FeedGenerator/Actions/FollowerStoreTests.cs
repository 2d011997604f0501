using System.Globalization;
using CsCheck;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Codecs;

namespace StreamSocial.Unit.Tests.FeedGenerator.Actions;

public sealed class FollowerStoreTests
{
    private const ulong Seed = 7;
    private const uint FnvBasis = 2166136261u;

    [Fact]
    public void AddRemove_RandomChanges_EqualsASet()
    {
        var cases =
            from users in Gen.OneOf(40, 400, 3000)
            from changes in Gen.Select(Gen.Int[0, users - 1], Gen.Int[0, 9]).Array[0, 12_000]
            select changes;
        cases.Sample(changes =>
        {
            var context = new FakeTaskContext("actions");
            var store = FollowerStore.Followers(context);
            var model = new HashSet<string>();
            foreach (var (step, (user, chance)) in changes.Index())
            {
                // Phases that mostly add, then mostly remove, so that buckets split and merge.
                var follower = "user-" + user;
                if (chance < (step / 3000 % 2 == 0 ? 8 : 2))
                    Assert.Equal(model.Add(follower), store.Add("author", follower, Seed));
                else
                    Assert.Equal(model.Remove(follower), store.Remove("author", follower));
            }

            Assert.Equal(model.Order(), FollowersOf(store, "author").Order());
            Assert.Equal(model.Count, store.CountOf("author"));
            Assert.Equal(model.Order(), FollowersOf(FollowerStore.Followers(context.Restored()), "author").Order());
        }, iter: 10);
    }

    [Fact]
    public void Remove_AllFollowers_LeavesNoState()
    {
        var context = new FakeTaskContext("actions");
        var store = FollowerStore.Followers(context);
        for (var i = 0; i < 1000; i++)
            store.Add("author", "user-" + i, Seed);
        for (var i = 0; i < 1000; i++)
            Assert.True(store.Remove("author", "user-" + i));
        Assert.Empty(context.Dump());
    }

    [Fact]
    public void Add_ToALargeAccount_RewritesSmallValues()
    {
        var context = new FakeTaskContext("actions");
        var store = FollowerStore.Followers(context);
        long largest = 0, total = 0;
        const int Followers = 20_000;
        for (var i = 0; i < Followers; i++)
        {
            context.BytesPut = 0;
            store.Add("author", "follower-" + i, Seed);
            largest = Math.Max(largest, context.BytesPut);
            total += context.BytesPut;
        }

        Assert.InRange(largest, 1, 16_000);
        Assert.InRange(total / Followers, 1, 2_000);
    }

    /// <summary>Halves of ids that the hash without a seed does not tell apart make twice as many ids with each more.</summary>
    [Fact]
    public void Add_IdsThatAreChosenToLieTogether_AreSpread()
    {
        var (ids, state) = (new List<string> { "" }, FnvBasis);
        for (var block = 0; block < 10; block++)
        {
            var (first, second) = FindCollision(state);
            ids = [.. ids.Select(id => id + first), .. ids.Select(id => id + second)];
            state = Fnv(state, first);
        }

        var context = new FakeTaskContext("actions");
        var store = FollowerStore.Followers(context);
        foreach (var id in ids)
            Assert.True(store.Add("author", id, FollowerStore.SeedOf(new(default, default, Timestamp: 1_700_000_000_000, Offset: 3))));

        Assert.InRange(context.LargestValue, 1, 20_000);
        Assert.Equal(ids.Order(), FollowersOf(store, "author").Order());
    }

    [Fact]
    public void AddRemove_AccountOfAVersionWithoutSeeds_FindsItsFollowers()
    {
        var context = new FakeTaskContext("actions");
        string[] ids = [.. Enumerable.Range(0, 100).Select(i => "user-" + i)];
        context.OpenStore(16, "headers", StringKeyCodec.Instance, new FollowerHeaderCodec()).Put("author", new(ids.Length, 2, Seed: 0));
        var buckets = context.OpenStore(17, "buckets", NumberedKeyCodec.Instance, new FollowerBucketCodec());
        foreach (var bucket in ids.GroupBy(id => (int)(Mix(Fnv(FnvBasis, id)) & 1)))
            buckets.Put(new("author", bucket.Key), FollowerBucket.Of([.. bucket.Order(StringComparer.Ordinal)]));
        var store = FollowerStore.Followers(context = context.Restored());

        Assert.All(ids, id => Assert.False(store.Add("author", id, Seed)));
        for (var i = 0; i < 1000; i++)
            Assert.True(store.Add("author", "more-" + i, Seed));
        store = FollowerStore.Followers(context.Restored());
        Assert.All(ids, id => Assert.True(store.Remove("author", id)));
        Assert.Equal(1000, FollowersOf(store, "author").Count);
    }

    [Fact]
    public void CopyTo_SeveralAuthors_KeepsThemApart()
    {
        var store = FollowerStore.Followers(new FakeTaskContext("actions"));
        store.Add("a", "x", Seed);
        store.Add("b", "y", Seed);
        Assert.Equal(["x"], FollowersOf(store, "a"));
        Assert.Equal(["y"], FollowersOf(store, "b"));
        Assert.Empty(FollowersOf(store, "c"));
    }

    private static List<string> FollowersOf(FollowerStore store, string author)
    {
        var followers = new List<string>();
        store.CopyTo(author, followers);
        return followers;
    }

    private static (string First, string Second) FindCollision(uint state)
    {
        var seen = new Dictionary<uint, string>();
        for (var i = 0; ; i++)
        {
            var text = i.ToString("x6", CultureInfo.InvariantCulture);
            if (!seen.TryAdd(Fnv(state, text), text))
                return (seen[Fnv(state, text)], text);
        }
    }

    private static uint Fnv(uint state, string text) => text.Aggregate(state, static (hash, unit) => (hash ^ unit) * 16777619u);

    private static uint Mix(uint hash)
    {
        hash ^= hash >> 15;
        hash *= 0x2C1B3C6Du;
        return hash ^ (hash >> 12);
    }
}
