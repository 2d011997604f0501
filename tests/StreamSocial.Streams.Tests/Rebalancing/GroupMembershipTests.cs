using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Administration;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Rebalancing;

public sealed class GroupMembershipTests : IAssignmentHandler
{
    private GroupMembership? _membership;
    private Action _onAssigned = () => { };
    private volatile int _assigned;
    private volatile bool _isMemberWhenRevoked;

    /// <summary>Whoever writes checkpoints asks for it at any time; librdkafka ends the process when it is asked after the member left.</summary>
    [Theory]
    [InlineData(TestTopics.Lines, TestTopics.Partitions)]
    [InlineData("nothing", 0)]
    public async Task GroupMetadata_MemberLeaves_ThereUntilItsTasksAreClosedAndNotAfterwards(string topic, int partitions)
    {
        await using var cluster = new TestCluster();
        var host = MemberContexts.CreateHost();
        var options = new StreamsOptions { GroupId = "group", MemberId = "member" };
        using var membership = _membership = new GroupMembership(cluster.Settings, options, [topic], host, this, check: null);
        membership.Start();
        await Expect.EventuallyAsync("it joins", () => membership.GroupMetadata is not null && _assigned == partitions, () => $"{_assigned} partitions");
        using var enough = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(() => Read(membership, enough.Token))).ToArray();

        membership.Leave();

        Assert.Null(membership.GroupMetadata);
        await enough.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal((partitions > 0, null), (_isMemberWhenRevoked, host.Fatal.First));
    }

    /// <summary>librdkafka waits for ever for a handler that did not come to its end.</summary>
    [Fact]
    public async Task Dispose_AHandlerThrew_EndsAllTheSame()
    {
        await using var cluster = new TestCluster();
        var host = MemberContexts.CreateHost();
        _onAssigned = () => throw new InvalidOperationException("A test's handler.");
        var membership = new GroupMembership(cluster.Settings, new StreamsOptions { GroupId = "group", MemberId = "member" }, [TestTopics.Lines], host, this, check: null);
        membership.Start();
        await Expect.EventuallyAsync("it has failed", () => host.Fatal.First is not null, () => $"{_assigned} partitions");

        await Task.Run(membership.Dispose).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    /// <summary>Its client hangs while it joins, and nobody misses it.</summary>
    [Fact]
    public async Task Run_TheGroupDoesNotKnowTheMemberForAMinute_EndsTheProcess()
    {
        await using var cluster = new TestCluster();
        var time = new FakeTimeProvider();
        var host = MemberContexts.CreateHost() with { Time = time };
        var check = new AssignmentCheck(new StuckAssignmentDetector(new NoMembers(), [], "member"), _ => Task.FromResult<MemberTarget?>(MemberTarget.NoMember), new NoMembers(), "member");
        using var membership = new GroupMembership(cluster.Settings, new StreamsOptions { GroupId = "group", MemberId = "member" }, ["nothing"], host, this, check);
        membership.Start();

        await Expect.EventuallyAsync("it ends", () => HasEnded(host, time), () => "a member that goes on");

        Assert.StartsWith("The brokers answer, and group group has not known this member for ", host.Fatal.First!.Message, StringComparison.Ordinal);
        Assert.InRange(time.GetUtcNow() - time.Start, TimeSpan.FromSeconds(70), TimeSpan.MaxValue);
    }

    void IAssignmentHandler.OnAssigned(IReadOnlyList<TopicPartition> partitions)
    {
        _onAssigned();
        _assigned = partitions.Count;
    }

    void IAssignmentHandler.OnRevoked(IReadOnlyList<TopicPartition> partitions) => _isMemberWhenRevoked = _membership!.GroupMetadata is not null;

    void IAssignmentHandler.OnLost(IReadOnlyList<TopicPartition> partitions)
    {
    }

    /// <summary>Lets a second pass if it has not.</summary>
    private static bool HasEnded(RuntimeHost host, FakeTimeProvider time)
    {
        if (host.Fatal.First is not null)
            return true;
        time.Advance(TimeSpan.FromSeconds(1));
        return false;
    }

    private static void Read(GroupMembership membership, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
            _ = membership.GroupMetadata;
    }
}
