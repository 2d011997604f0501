using CsCheck;
using StreamSocial.FeedGenerator.Actions;

namespace StreamSocial.Unit.Tests.FeedGenerator.Actions;

public sealed class FollowerStoreTests
{
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
                    Assert.Equal(model.Add(follower), store.Add("author", follower));
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
            store.Add("author", "user-" + i);
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
            store.Add("author", "follower-" + i);
            largest = Math.Max(largest, context.BytesPut);
            total += context.BytesPut;
        }

        Assert.InRange(largest, 1, 16_000);
        Assert.InRange(total / Followers, 1, 2_000);
    }

    [Fact]
    public void CopyTo_SeveralAuthors_KeepsThemApart()
    {
        var store = FollowerStore.Followers(new FakeTaskContext("actions"));
        store.Add("a", "x");
        store.Add("b", "y");
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
}
