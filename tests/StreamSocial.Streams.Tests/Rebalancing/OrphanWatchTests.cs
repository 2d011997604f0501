using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using StreamSocial.Events.Runtime;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Rebalancing;

namespace StreamSocial.Streams.Tests.Rebalancing;

public sealed class OrphanWatchTests : IMembersView
{
    private readonly OrphanWatch _rich;
    private readonly OrphanWatch _poor;

    public OrphanWatchTests()
    {
        _rich = new OrphanWatch(this, [("t", 4)], "rich");
        _poor = new OrphanWatch(this, [("t", 4)], "poor");
    }

    public MembersSnapshot Current { get; private set; } = new(1, ImmutableDictionary<string, Member>.Empty, IsCaughtUp: true);

    [Fact]
    public void MustRejoin_OrphansThatStay_TellsTheMemberWithTheFewest()
    {
        Claim(("rich", 1, [0, 1]), ("poor", 1, [2]));
        Assert.False(At(_poor, 0) || At(_rich, 0));
        Assert.False(At(_poor, 9) || At(_rich, 9));
        Assert.True(At(_poor, 10));
        Assert.False(At(_rich, 10));
        Assert.False(At(_poor, 11));
    }

    [Fact]
    public void MustRejoin_OrphansThatStayAllTheSame_TriesAgainLater()
    {
        Claim(("poor", 1, [2]));
        Assert.False(At(_poor, 0));
        Assert.True(At(_poor, 10));
        Assert.False(At(_poor, 29));
        Assert.True(At(_poor, 30));
    }

    [Fact]
    public void MustRejoin_HandoverThatEnds_BeginsAnew()
    {
        Claim(("rich", 1, [0, 1]), ("poor", 1, [2]));
        Assert.False(At(_poor, 0));
        Claim(("rich", 1, [0, 1]), ("poor", 2, [2, 3]));
        Assert.False(At(_poor, 9));
        Claim(("rich", 1, [0, 1]), ("poor", 3, [2]));
        Assert.False(At(_poor, 12));
        Assert.False(At(_poor, 21));
        Assert.True(At(_poor, 22));
    }

    [Fact]
    public void MustRejoin_PartitionsThatAreHandedOverOneAfterTheOther_BeginsAnewWithEach()
    {
        Claim(("rich", 1, [0, 1]), ("poor", 1, [2]));
        Assert.False(At(_poor, 0));
        Claim(("rich", 1, [0, 1]), ("poor", 2, [3]));
        Assert.False(At(_poor, 9));
        Assert.False(At(_poor, 18));
        Assert.True(At(_poor, 19));
    }

    [Fact]
    public void MustRejoin_MemberThatWasNeverTold_IsStillJoining()
    {
        Claim(("rich", 1, [0, 1]), ("poor", 0, []));
        Assert.False(At(_poor, 0) || At(_rich, 0));
        Assert.False(At(_poor, 10));
        Assert.True(At(_rich, 10));
    }

    [Fact]
    public void MustRejoin_TableThatIsNotReadYet_SaysNothing()
    {
        Current = Current with { IsCaughtUp = false };
        Assert.False(At(_poor, 0) || At(_poor, 100));
    }

    public Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken) => Task.FromResult(Current);

    public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner)
    {
        owner = null;
        return false;
    }

    private static bool At(OrphanWatch watch, int seconds) => watch.MustRejoin(TimeSpan.FromSeconds(seconds));

    private void Claim(params (string Id, long Epoch, int[] Partitions)[] members) => Current = new MembersSnapshot(
        Current.Version + 1,
        members.ToImmutableDictionary(
            member => member.Id,
            member => new Member { MemberId = member.Id, Epoch = member.Epoch, Topics = { new MemberTopic { Topic = "t", Partitions = { member.Partitions } } } }),
        IsCaughtUp: true);
}
