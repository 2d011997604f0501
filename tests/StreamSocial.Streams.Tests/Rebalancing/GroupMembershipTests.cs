using Confluent.Kafka;
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

    void IAssignmentHandler.OnAssigned(IReadOnlyList<TopicPartition> partitions)
    {
        _onAssigned();
        _assigned = partitions.Count;
    }

    void IAssignmentHandler.OnRevoked(IReadOnlyList<TopicPartition> partitions) => _isMemberWhenRevoked = _membership!.GroupMetadata is not null;

    void IAssignmentHandler.OnLost(IReadOnlyList<TopicPartition> partitions)
    {
    }

    private static void Read(GroupMembership membership, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
            _ = membership.GroupMetadata;
    }
}
