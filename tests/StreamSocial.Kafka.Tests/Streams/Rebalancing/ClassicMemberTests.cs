using Confluent.Kafka;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Streams;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Streams.Rebalancing;

/// <summary>With the classic protocol the client reports a topic that is gone in place of a record.</summary>
public sealed class ClassicMemberTests(KraftFixture kafka) : IAssignmentHandler
{
    private volatile int _assigned;

    [Fact]
    public async Task Run_ATopicIsGone_TheMemberGoesOnWithTheOthers()
    {
        const string Topic = "classic-lines";
        using (var administrator = await kafka.GetAdministratorAsync())
            await administrator.CreateAsync([new(Topic, 1, CleanupPolicy.Delete, TimeSpan.FromHours(1), "")], TestContext.Current.CancellationToken);
        var host = RuntimeHosts.Create();
        var options = new StreamsOptions { GroupId = "classic", MemberId = "member", GroupProtocol = StreamsGroupProtocol.Classic };
        using var membership = new GroupMembership(await kafka.GetSettingsAsync(), options, [Topic, "classic-gone"], host, this, check: null);
        membership.Start();

        await Until.TrueAsync("it has its partition or has failed", () => _assigned > 0 || host.Fatal.First is not null, () => $"{_assigned} partitions", CountingMember.Patience);

        Assert.Equal((1, null), (_assigned, host.Fatal.First));
    }

    void IAssignmentHandler.OnAssigned(IReadOnlyList<TopicPartition> partitions) => _assigned = partitions.Count;

    void IAssignmentHandler.OnRevoked(IReadOnlyList<TopicPartition> partitions)
    {
    }

    void IAssignmentHandler.OnLost(IReadOnlyList<TopicPartition> partitions)
    {
    }
}
