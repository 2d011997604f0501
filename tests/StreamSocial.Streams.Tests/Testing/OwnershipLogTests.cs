using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Testing.Groups;

namespace StreamSocial.Streams.Tests.Testing;

public sealed class OwnershipLogTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly OwnershipLog _log;

    public OwnershipLogTests()
    {
        _log = new OwnershipLog("t", 4, _time);
        _log.Join("a");
        _log.Join("b");
    }

    [Fact]
    public void IsSettled_EachPartitionOnceAndSharesEven()
    {
        _log.Take("a", [0, 1, 2, 3]);
        Assert.True(_log.Read().IsSettled(["a"]));
        Assert.False(_log.Read().IsSettled(["a", "b"]));
        _log.GiveBack("a", [2, 3]);
        Assert.False(_log.Read().IsSettled(["a", "b"]));
        _log.Take("b", [2]);
        Assert.Equal(1, _log.Read().Unowned);
        _log.Take("b", [3]);
        Assert.True(_log.Read().IsSettled(["a", "b"]));
        Assert.False(_log.Read().IsSettled(["a"]));
        Assert.False(_log.Read().IsSettled(["a", "b", "c", "d", "e"]));
        _log.Take("a", [3]);
        Assert.Equal((false, 1), (_log.Read().IsSettled(["a", "b"]), _log.Read().OwnedTwice));
    }

    [Fact]
    public void IsSettled_NoMembers_WhenNobodyOwnsAny()
    {
        Assert.True(_log.Read().IsSettled([]));
        _log.Take("a", [1]);
        Assert.False(_log.Read().IsSettled([]));
    }

    [Fact]
    public void Step_CountsWhatHappenedInIt()
    {
        _log.Take("a", [0, 1, 2, 3]);
        _log.GiveBack("a", [0]);
        var before = _log.BeginStep();
        _log.Take("b", [0, 1]);
        _log.GiveBack("a", [1, 2]);
        _log.Take("a", [2]);
        var after = _log.Read();
        // Partition 0 had no owner before, and 2 has the one that it had.
        Assert.Equal((2, 1, 1), (after.GivenBack, after.Overlaps, after.MovedSince(before)));
    }

    [Fact]
    public void ChangedAt_OnlyWhenAnOwnerChanged()
    {
        _log.Take("a", [0, 1]);
        var changedAt = _log.Read().ChangedAt;
        _time.Advance(TimeSpan.FromSeconds(1));
        _log.Take("a", []);
        _log.GiveBack("b", [0]);
        _log.Leave("b");
        Assert.Equal(changedAt, _log.Read().ChangedAt);
        _log.GiveBack("a", [0]);
        Assert.NotEqual(changedAt, _log.Read().ChangedAt);
    }

    [Fact]
    public void View_ShowsMembersWithTheirPartitions()
    {
        IMembersView view = _log;
        _log.Take("a", [1, 3]);
        Assert.Equal([1, 3], view.Current.Members["a"].Topics.Single().Partitions);
        Assert.Equal((1, 0), (view.Current.Members["a"].Epoch, view.Current.Members["b"].Epoch));
        Assert.True(view.TryGetOwner("t", 3, out var owner));
        Assert.Equal("a", owner.MemberId);
        Assert.False(view.TryGetOwner("t", 0, out _));
        Assert.False(view.TryGetOwner("other", 3, out _));
    }
}
