using CsCheck;
using StreamSocial.FeedGenerator.Actions;

namespace StreamSocial.Unit.Tests.FeedGenerator.Actions;

public sealed class FollowerBookTests
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
            var book = new FollowerBook(context);
            var model = new HashSet<string>();
            foreach (var (step, (user, chance)) in changes.Index())
            {
                // Phases that mostly add, then mostly remove, so that buckets split and merge.
                var follower = "user-" + user;
                if (chance < (step / 3000 % 2 == 0 ? 8 : 2))
                    Assert.Equal(model.Add(follower), book.Add("author", follower));
                else
                    Assert.Equal(model.Remove(follower), book.Remove("author", follower));
            }

            Assert.Equal(model.Order(), FollowersOf(book, "author").Order());
            Assert.Equal(model.Count, book.CountOf("author"));
            Assert.Equal(model.Order(), FollowersOf(new(context.Restored()), "author").Order());
        }, iter: 10);
    }

    [Fact]
    public void Remove_AllFollowers_LeavesNoState()
    {
        var context = new FakeTaskContext("actions");
        var book = new FollowerBook(context);
        for (var i = 0; i < 1000; i++)
            book.Add("author", "user-" + i);
        for (var i = 0; i < 1000; i++)
            Assert.True(book.Remove("author", "user-" + i));
        Assert.Empty(context.Dump());
    }

    [Fact]
    public void Add_ToALargeAccount_RewritesSmallValues()
    {
        var context = new FakeTaskContext("actions");
        var book = new FollowerBook(context);
        long largest = 0, total = 0;
        const int Followers = 20_000;
        for (var i = 0; i < Followers; i++)
        {
            context.BytesPut = 0;
            book.Add("author", "follower-" + i);
            largest = Math.Max(largest, context.BytesPut);
            total += context.BytesPut;
        }

        Assert.InRange(largest, 1, 16_000);
        Assert.InRange(total / Followers, 1, 2_000);
    }

    [Fact]
    public void CopyTo_SeveralAuthors_KeepsThemApart()
    {
        var book = new FollowerBook(new FakeTaskContext("actions"));
        book.Add("a", "x");
        book.Add("b", "y");
        Assert.Equal(["x"], FollowersOf(book, "a"));
        Assert.Equal(["y"], FollowersOf(book, "b"));
        Assert.Empty(FollowersOf(book, "c"));
    }

    private static List<string> FollowersOf(FollowerBook book, string author)
    {
        var followers = new List<string>();
        book.CopyTo(author, followers);
        return followers;
    }
}
