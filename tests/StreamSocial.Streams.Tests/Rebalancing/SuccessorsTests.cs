using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Rebalancing;

public sealed class SuccessorsTests : IMembersView
{
    private static readonly TaskId[] Tasks = [new("t", 0), new("t", 1), new("u", 0)];
    private static readonly StreamsOptions Options = new() { MemberId = "self", WarmUpBudget = TimeSpan.FromSeconds(20) };

    private readonly Successors _successors;
    private TaskCompletionSource<MembersSnapshot> _newer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SuccessorsTests() => _successors = Create(givesAllOrNothing: false);

    public MembersSnapshot Current { get; private set; } = Of();

    [Fact]
    public void IsTimeToGiveBack_OthersHaveAll_Yes() =>
        Assert.True(IsTime(0, Member("a", Warm("t", 0), Warm("u", 0)), Member("b", Warm("t", 1, 7))));

    [Fact]
    public void IsTimeToGiveBack_OneIsStillRead_NotBeforeTheBudgetIsOver()
    {
        var other = Member("a", Warm("t", 0, 1), new WarmUp { Topic = "u", Warming = { 0 } });
        Assert.False(IsTime(19.9, other));
        Assert.True(IsTime(20, other));
    }

    /// <summary>Where it is not known whose a task will be, several prepare it.</summary>
    [Fact]
    public void IsTimeToGiveBack_OneHasAllAndAnotherIsStillReading_NotBeforeItHasThemToo()
    {
        var warm = Member("a", Warm("t", 0, 1), Warm("u", 0));
        Assert.False(IsTime(0, warm, Member("b", Warm("t", 0), new WarmUp { Topic = "u", Warming = { 0 } })));
        Assert.True(IsTime(0, warm, Member("b", Warm("t", 0), Warm("u", 0))));
    }

    /// <summary>Two that join at once: what the first has the state of may be meant for the second by now, which asks the group for its part first.</summary>
    [Fact]
    public void IsTimeToGiveBack_OneHasAllAndAnotherHasJustJoined_NotBeforeThatSaysWhatItPrepares()
    {
        var warm = Member("a", Warm("t", 0, 1), Warm("u", 0));
        var joined = Member("b");
        Assert.False(IsTime(0, warm, joined));
        Assert.True(IsTime(10, warm, joined));
        Assert.True(IsTime(0, warm, Member("b", Warm("u", 0))));
        // One without a part says nothing for ever.
        joined.ReportedAt = joined.StartedAt + 10_000;
        Assert.True(IsTime(0, warm, joined));
    }

    /// <summary>A member that gets all or nothing waits for the others' owners too, whoever reads theirs.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("self")]
    public void IsTimeToGiveBack_SomethingOfAnotherOwnerIsStillRead_NotYetWhereAllComesTogether(string reader)
    {
        Member[] others = [Member("b", Warm("t", 0, 1), Warm("u", 0)), Member(reader, new WarmUp { Topic = "v", Warming = { 0 } })];
        Assert.True(IsTime(0, others));
        var together = Create(givesAllOrNothing: true);
        Assert.False(together.IsTimeToGiveBack(Of(others), Tasks, TimeSpan.FromSeconds(19.9)));
        Assert.True(together.IsTimeToGiveBack(Of(others), Tasks, TimeSpan.FromSeconds(20)));
        Assert.True(together.IsTimeToGiveBack(Of(others[0], Member(reader, Warm("v", 0))), Tasks, TimeSpan.Zero));
    }

    /// <summary>The group gives nothing to a member that has not given back what it was asked for.</summary>
    [Fact]
    public void IsTimeToGiveBack_SuccessorWaitsItself_NotBeforeItsOwnAreWarm()
    {
        var successor = Releasing(Member("a", Warm("t", 0, 1), Warm("u", 0)), "v", 0);
        Assert.False(IsTime(19.9, successor, Member("b", new WarmUp { Topic = "v", Warming = { 0 } })));
        Assert.True(IsTime(20, successor, Member("b", new WarmUp { Topic = "v", Warming = { 0 } })));
        Assert.True(IsTime(0, successor, Member("b", Warm("v", 0))));
        // The successor's successor waits, too.
        var next = Releasing(Member("b", Warm("v", 0)), "w", 0);
        Assert.False(IsTime(19.9, successor, next, Member("c", new WarmUp { Topic = "w", Warming = { 0 } })));
        Assert.True(IsTime(0, successor, next, Member("c", Warm("w", 0))));
    }

    [Fact]
    public void IsTimeToGiveBack_SuccessorWaitsItselfAndNobodyPreparesItsOwn_WhenThereWasTimeToSaySo()
    {
        var successor = Releasing(Member("a", Warm("t", 0, 1), Warm("u", 0)), "v", 0);
        Assert.False(IsTime(9.9, successor));
        Assert.True(IsTime(10, successor));
    }

    [Fact]
    public void IsTimeToGiveBack_TwoWaitForEachOther_WhenBothAreWarm()
    {
        var successor = Releasing(Member("a", Warm("t", 0, 1), Warm("u", 0)), "v", 0);
        Assert.False(IsTime(19.9, successor, Self(new WarmUp { Topic = "v", Warming = { 0 } })));
        Assert.True(IsTime(0, successor, Self(Warm("v", 0))));
        // What nobody can follow holds up neither.
        Assert.True(IsTime(10, Releasing(successor, "w", 0), Self(Warm("v", 0))));

        static Member Self(WarmUp warmUp) => Releasing(Releasing(Member("self", warmUp), "t", 0, 1), "u", 0);
    }

    [Fact]
    public void IsTimeToGiveBack_NobodyPrepares_WhenThereWasTimeToSaySo()
    {
        Assert.False(IsTime(9.9, Member("a")));
        Assert.True(IsTime(10, Member("a")));
    }

    [Fact]
    public void IsTimeToGiveBack_AllLeave_AtOnce()
    {
        var leaving = Member("a");
        leaving.IsLeaving = true;
        Assert.False(IsTime(0, leaving));
        _successors.IsLeaving = true;
        Assert.True(IsTime(0, leaving));
        Assert.True(IsTime(0));
        Assert.False(IsTime(0, leaving, Member("b")));
    }

    /// <summary>The group takes partitions away for somebody who has not reported yet.</summary>
    [Fact]
    public void IsTimeToGiveBack_NobodyIsKnown_WaitsForSomebodyToSaySo() => Assert.False(IsTime(0));

    [Fact]
    public void IsTimeToGiveBack_OnlyTheMemberItselfSaysSo_No() => Assert.False(IsTime(0, Member("self", Warm("t", 0, 1), Warm("u", 0)), Member("a")));

    [Fact]
    public async Task WaitFor_SuccessorBecomesWarm_Ends()
    {
        Report(Member("a", new WarmUp { Topic = "t", Warm = { 0 }, Warming = { 1 } }, Warm("u", 0)));
        var waiting = Task.Run(() => _successors.WaitFor(Tasks, () => false));
        Assert.NotSame(waiting, await Task.WhenAny(waiting, Task.Delay(100)));

        Report(Member("a", Warm("t", 0, 1), Warm("u", 0)));
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task WaitFor_MemberCannotGoOn_Ends()
    {
        var hasFailed = false;
        Report(Member("a", new WarmUp { Topic = "t", Warm = { 0 }, Warming = { 1 } }));
        var waiting = Task.Run(() => _successors.WaitFor(Tasks, () => Volatile.Read(ref hasFailed)));
        Assert.NotSame(waiting, await Task.WhenAny(waiting, Task.Delay(100)));

        Volatile.Write(ref hasFailed, true);
        Report(Current.Members["a"]);
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    public async Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken) =>
        Current.Version > version ? Current : await _newer.Task.WaitAsync(cancellationToken);

    public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner) => throw new NotSupportedException("Nobody asks for owners here.");

    private Successors Create(bool givesAllOrNothing) => new(Options, givesAllOrNothing, this, TimeProvider.System, NullLogger<Successors>.Instance);

    private bool IsTime(double seconds, params Member[] others) => _successors.IsTimeToGiveBack(Of(others), Tasks, TimeSpan.FromSeconds(seconds));

    private void Report(params Member[] members)
    {
        Current = Of(members) with { Version = Current.Version + 1 };
        Interlocked.Exchange(ref _newer, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult(Current);
    }

    private static MembersSnapshot Of(params Member[] members) => new(1, members.ToImmutableDictionary(member => member.MemberId), IsCaughtUp: true);

    private static Member Member(string id, params WarmUp[] warmUps) => new() { MemberId = id, WarmUps = { warmUps } };

    private static Member Releasing(Member member, string topic, params int[] partitions)
    {
        member.Releasing.Add(new TopicPartitions { Topic = topic, Partitions = { partitions } });
        return member;
    }

    private static WarmUp Warm(string topic, params int[] partitions) => new() { Topic = topic, Warm = { partitions } };
}
