using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Lag;

namespace StreamSocial.Kafka.Tests.Lag;

public sealed class OffsetListerTests
{
    private const int Topics = 10;
    private const int Partitions = 30;
    private const int Rounds = 250;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Without the look-up before each request this ended the process within a second, with a fault in malloc or a segmentation fault.</summary>
    [Fact]
    public async Task ListAsync_PartitionsWithoutLeaderWhileLeadersAreLearnt_OnlyTheseAreUnknown()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        for (var topic = 0; topic < Topics; topic++)
        {
            cluster.CreateTopic($"t{topic}", Partitions, 3);
            cluster.SetLeader($"t{topic}", 3, null);
        }
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        var lister = new OffsetLister(admin);
        TopicPartition[] all = [.. Enumerable.Range(0, Topics).SelectMany(topic => Enumerable.Range(0, Partitions).Select(partition => new TopicPartition($"t{topic}", partition)))];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var number = round;
                var learning = Task.Run(() => admin.GetMetadata($"t{number % Topics}", Timeout));
                var offsets = await lister.ListAsync(all, OffsetSpec.Latest(), Timeout);
                Assert.Equal(all.Length, offsets.Count);
                Assert.Equal(Topics, offsets.Count(offset => offset.Error.Code == ErrorCode.LeaderNotAvailable && offset.Partition == 3));
                Assert.Equal(all.Length - Topics, offsets.Count(offset => !offset.Error.IsError && offset.Offset == 0));
                await learning;
            }
        })));
    }

    [Fact]
    public async Task ListAllAsync_OneHasNoLeader_Throws()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic("a", 2, 3);
        cluster.SetLeader("a", 1, null);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        var lister = new OffsetLister(admin);

        var unknown = await Assert.ThrowsAsync<KafkaException>(() => lister.ListAllAsync([new("a", 0), new("a", 1)], OffsetSpec.Latest(), Timeout));
        Assert.Equal(ErrorCode.LeaderNotAvailable, unknown.Error.Code);

        cluster.SetLeader("a", 1, 2);
        Assert.Equal(0, (await lister.ListAllAsync([new("a", 0), new("a", 1)], OffsetSpec.Latest(), Timeout))[new("a", 1)]);
    }

    [Fact]
    public async Task ListAsync_LeaderDoesNotAnswer_IsAnErrorAndNotAskedAgainUntilItIsBack()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic("a", 3, 3);
        for (var partition = 0; partition < 3; partition++)
            cluster.SetLeader("a", partition, partition + 1);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var lister = new OffsetLister(admin);
        TopicPartition[] all = [new("a", 0), new("a", 1), new("a", 2)];
        await lister.ListAllAsync(all, OffsetSpec.Latest(), Timeout);

        cluster.StopBroker(3);
        Assert.NotEqual(ErrorCode.NoError, await OutcomeOfLastAsync());
        Assert.Equal(ErrorCode.LeaderNotAvailable, await OutcomeOfLastAsync());

        cluster.StartBroker(3);
        await Until.TrueAsync("the broker is back", () => OutcomeOfLastAsync().GetAwaiter().GetResult() == ErrorCode.NoError, () => "its partition is unknown", TimeSpan.FromSeconds(20));

        async Task<ErrorCode> OutcomeOfLastAsync()
        {
            var offsets = (await lister.ListAsync(all, OffsetSpec.Latest(), TimeSpan.FromSeconds(1))).OrderBy(offset => offset.Partition.Value).ToList();
            Assert.All(offsets.Take(2), offset => Assert.Equal((ErrorCode.NoError, 0), (offset.Error.Code, offset.Offset.Value)));
            return offsets[2].Error.Code;
        }
    }
}
