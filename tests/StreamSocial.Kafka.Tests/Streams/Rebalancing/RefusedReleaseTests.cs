using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamSocial.Kafka.Tests.Administration;
using StreamSocial.Streams;
using StreamSocial.Streams.Rebalancing;

namespace StreamSocial.Kafka.Tests.Streams.Rebalancing;

/// <summary>A member whose user may not describe the topic that it asks for when it leaves.</summary>
public sealed class RefusedReleaseTests : IAssignmentHandler
{
    private volatile int _assigned;
    private volatile int _revoked;

    [Fact]
    public async Task Release_TheTopicMayNotBeDescribed_TheMemberKeepsWhatItHasUntilItLeaves()
    {
        await using var broker = await AuthorizedBroker.StartAsync();
        await broker.CreateTopicsAsync("lines");
        await broker.SetRulesAsync("refused-nothing", (AclOperation.Describe, AclPermissionType.Deny));
        var host = RuntimeHosts.Create();
        var options = new StreamsOptions { GroupId = "refused", MemberId = "member" };
        using var membership = new GroupMembership(broker.Settings, options, ["lines"], host, this, check: null);
        membership.Start();
        await Until.TrueAsync("it has its partition", () => _assigned > 0, () => $"{host.Fatal.First?.Message ?? "nothing"}", AuthorizedBroker.Patience);

        membership.Release();
        await Until.TrueAsync(
            "it is told or has failed", () => membership.CannotRelease || host.Fatal.First is not null, () => $"{_revoked} given back", AuthorizedBroker.Patience);

        Assert.Equal((true, 0, null), (membership.CannotRelease, _revoked, host.Fatal.First));
        await Task.Run(membership.Leave, TestContext.Current.CancellationToken);
        Assert.Equal((1, null), (_revoked, host.Fatal.First));
    }

    void IAssignmentHandler.OnAssigned(IReadOnlyList<TopicPartition> partitions) => _assigned = partitions.Count;

    void IAssignmentHandler.OnRevoked(IReadOnlyList<TopicPartition> partitions) => _revoked = partitions.Count;

    void IAssignmentHandler.OnLost(IReadOnlyList<TopicPartition> partitions)
    {
    }
}
