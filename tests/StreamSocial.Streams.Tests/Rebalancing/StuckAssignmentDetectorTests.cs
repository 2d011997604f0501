using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Rebalancing;

namespace StreamSocial.Streams.Tests.Rebalancing;

public sealed class StuckAssignmentDetectorTests : IMembersView
{
    private readonly StuckAssignmentDetector _rich;
    private readonly StuckAssignmentDetector _poor;
    private Dictionary<(string, int), string> _owners = [];

    public StuckAssignmentDetectorTests()
    {
        _rich = new StuckAssignmentDetector(this, [("t", 4)], "rich");
        _poor = new StuckAssignmentDetector(this, [("t", 4)], "poor");
    }

    public MembersSnapshot Current { get; private set; } = new(1, ImmutableDictionary<string, Member>.Empty, IsCaughtUp: true);

    [Fact]
    public void IsSuspicious_OrphansThatStay_EachMemberAsks()
    {
        Report(("rich", 1, [0, 1]), ("poor", 1, [2]));
        Assert.False(At(_poor, 0) || At(_rich, 0));
        Assert.False(At(_poor, 9) || At(_rich, 9));
        Assert.True(At(_poor, 10) && At(_rich, 10));
        Assert.False(At(_poor, 11) || At(_rich, 11));
    }

    [Fact]
    public void IsSuspicious_OrphansThatStayAllTheSame_TriesAgainLater()
    {
        Report(("poor", 1, [2]));
        Assert.False(At(_poor, 0));
        Assert.True(At(_poor, 10));
        Assert.False(At(_poor, 29));
        Assert.True(At(_poor, 30));
    }

    [Fact]
    public void IsSuspicious_HandoverThatEnds_BeginsAnew()
    {
        Report(("rich", 1, [0, 1]), ("poor", 1, [2]));
        Assert.False(At(_poor, 0));
        Report(("rich", 1, [0, 1]), ("poor", 2, [2, 3]));
        Assert.False(At(_poor, 9));
        Report(("rich", 1, [0, 1]), ("poor", 3, [2]));
        Assert.False(At(_poor, 12));
        Assert.False(At(_poor, 21));
        Assert.True(At(_poor, 22));
    }

    [Fact]
    public void IsSuspicious_PartitionsThatAreHandedOverOneAfterTheOther_BeginsAnewWithEach()
    {
        Report(("rich", 1, [0, 1]), ("poor", 1, [2]));
        Assert.False(At(_poor, 0));
        Report(("rich", 1, [0, 1]), ("poor", 2, [3]));
        Assert.False(At(_poor, 9));
        Assert.False(At(_poor, 18));
        Assert.True(At(_poor, 19));
    }

    [Fact]
    public void IsSuspicious_MemberThatKeepsMoreThanItsShare_IsTheOneToTell()
    {
        Report(("rich", 1, [0, 1, 2]), ("poor", 1, [3]));
        Assert.False(At(_poor, 0) || At(_rich, 0));
        Assert.False(At(_poor, 9) || At(_rich, 9));
        Assert.True(At(_rich, 10));
        Assert.False(At(_poor, 10));
        Assert.False(At(_rich, 11));
    }

    [Fact]
    public void IsSuspicious_MemberThatKeepsAllWhileAnotherWaits_IsTheOneToTell()
    {
        Report(("rich", 1, [0, 1, 2, 3]), ("poor", 0, []));
        Assert.False(At(_rich, 0));
        Assert.True(At(_rich, 10));
    }

    [Fact]
    public void IsSuspicious_MemberThatGivesBackStepByStep_BeginsAnewWithEach()
    {
        Report(("rich", 1, [0, 1, 2, 3]), ("poor", 1, []));
        Assert.False(At(_rich, 0));
        Report(("rich", 2, [0, 1, 2]), ("poor", 2, [3]));
        Assert.False(At(_rich, 9) || At(_rich, 18));
        Report(("rich", 3, [0, 1]), ("poor", 3, [2, 3]));
        Assert.False(At(_rich, 20) || At(_rich, 100));
    }

    [Fact]
    public void IsSuspicious_DeadMemberWhosePartitionsOthersHave_CountsForNoShare()
    {
        Report(("dead", 1, [0, 1, 2, 3]), ("rich", 2, [0, 1, 2, 3]));
        Assert.False(At(_rich, 0) || At(_rich, 100));
    }

    [Fact]
    public void IsSuspicious_AssignorThatBalancesEachTopicAlone_IsNoSurplus()
    {
        var detector = new StuckAssignmentDetector(this, [("t", 3), ("u", 3)], "rich");
        Report(("rich", 1, [0, 1]), ("poor", 1, [2]));
        foreach (var partition in new[] { 0, 1 })
            _owners[("u", partition)] = "rich";
        _owners[("u", 2)] = "poor";
        Assert.False(At(detector, 0) || At(detector, 100));
    }

    [Fact]
    public void IsSuspicious_TableThatIsNotReadYet_SaysNothing()
    {
        Current = Current with { IsCaughtUp = false };
        Assert.False(At(_poor, 0) || At(_poor, 100));
    }

    public Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken) => Task.FromResult(Current);

    public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner)
    {
        owner = _owners.TryGetValue((topic, partition), out var id) ? new PartitionOwner(id, new Uri("http://localhost"), IsSelf: false) : null;
        return owner is not null;
    }

    private static bool At(StuckAssignmentDetector detector, int seconds) => detector.IsSuspicious(TimeSpan.FromSeconds(seconds));

    /// <summary>A partition that two members report belongs to the later report.</summary>
    private void Report(params (string Id, long Epoch, int[] Partitions)[] members)
    {
        _owners = [];
        foreach (var (id, _, partitions) in members)
        {
            foreach (var partition in partitions)
                _owners[("t", partition)] = id;
        }

        Current = new MembersSnapshot(
            Current.Version + 1,
            members.ToImmutableDictionary(
                member => member.Id,
                member => new Member { MemberId = member.Id, Epoch = member.Epoch, Topics = { new MemberTopic { Topic = "t", Partitions = { member.Partitions } } } }),
            IsCaughtUp: true);
    }
}
