using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Cluster;

public sealed class ClusterReaderTests
{
    private const string Topic = "cluster-state";
    private const int Partitions = 30;
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Embedded_BrokerStops_IsUnreachableUntilItIsBack()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic(Topic, Partitions, 3);
        using var reader = CreateReader(new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true }));
        var whole = await ReadAsync(reader);
        Assert.Equal([BrokerStatus.Running, BrokerStatus.Running, BrokerStatus.Running], whole.Brokers.Select(broker => broker.Status));
        Assert.Equal(Partitions, whole.Brokers.Sum(broker => broker.Leaders));
        Assert.Null(whole.ControllerId);
        // The embedded brokers do not tell their topics' settings.
        Assert.Null(Find(whole).UnderMinInSync);

        cluster.StopBroker(3);
        var stopped = await WaitAsync(reader, state => state.Brokers[2].Status != BrokerStatus.Running);
        Assert.True(stopped.Brokers[2].Since > whole.At, "The status is new.");
        Assert.Equal(BrokerStatus.Running, stopped.Brokers[0].Status);
        Assert.Equal(whole.Brokers[0].Since, stopped.Brokers[0].Since);

        cluster.StartBroker(3);
        await WaitAsync(reader, state => state.Brokers[2].Status == BrokerStatus.Running);
    }

    [Fact]
    public async Task RealBrokers_OneIsKilled_ItAndWhatItHadAreCountedUntilItIsBack()
    {
        await using var cluster = await KraftFixture.StartOwnClusterAsync();
        var settings = new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions());
        using (var ends = new LogEndReader(settings, NullLogger<LogEndReader>.Instance))
        using (var administrator = new TopicAdministrator(settings, ends, TimeProvider.System, NullLogger<TopicAdministrator>.Instance))
            await administrator.CreateAsync([new(Topic, Partitions, CleanupPolicy.Delete, null, "")], TestContext.Current.CancellationToken);
        using var reader = CreateReader(settings);
        var whole = await WaitAsync(reader, state => state.UnderReplicated == 0);
        Assert.Equal((3, 2, 0, 0), (Find(whole).ReplicationFactor, Find(whole).MinInSync, Find(whole).Offline, Find(whole).UnderMinInSync));
        // Brokers name any of them, and only JMX tells.
        Assert.Null(whole.ControllerId);
        var killed = cluster.Nodes[0].Id;

        await cluster.KillNodeAsync(killed, TestContext.Current.CancellationToken);
        // Before the controller notices.
        await WaitAsync(reader, state => Of(state, killed).Status != BrokerStatus.Running);
        var down = await WaitAsync(reader, state => Find(state).UnderReplicated == Partitions && Of(state, killed).Status == BrokerStatus.Down);
        Assert.Equal((0, 0), (Find(down).Offline, Find(down).UnderMinInSync));
        Assert.Equal((0, 0), (Of(down, killed).Leaders, Of(down, killed).InSync));
        Assert.Equal(Of(whole, killed).Address, Of(down, killed).Address);
        Assert.Equal(Of(whole, killed).Preferred, Find(down).NotPreferred + Internal(down).Sum(topic => topic.NotPreferred));

        cluster.StartNode(killed);
        await WaitAsync(reader, state => state.UnderReplicated == 0 && Of(state, killed).Status == BrokerStatus.Running);
    }

    private static ClusterReader CreateReader(KafkaClientSettings settings) => new(settings, TimeProvider.System, NullLogger<ClusterReader>.Instance);

    private static Task<ClusterState> ReadAsync(ClusterReader reader) => reader.ReadAsync(ReadTimeout, [], TestContext.Current.CancellationToken);

    private static BrokerState Of(ClusterState state, int id) => state.Brokers.Single(broker => broker.Id == id);

    private static TopicReplication Find(ClusterState state) => state.Topics.Single(topic => topic.Name == Topic);

    private static IEnumerable<TopicReplication> Internal(ClusterState state) => state.Topics.Where(topic => topic.Name != Topic);

    private static async Task<ClusterState> WaitAsync(ClusterReader reader, Func<ClusterState, bool> condition)
    {
        ClusterState? latest = null;
        await Until.TrueAsync("the cluster's state", IsReachedAsync, () => latest is null ? "none" : string.Join(", ", latest.Brokers) + $"; {Find(latest)}", WaitTimeout);
        return latest!;

        async Task<bool> IsReachedAsync()
        {
            try
            {
                latest = await ReadAsync(reader);
                return condition(latest);
            }
            catch (KafkaException)
            {
                // The broker that was asked is the one that has just gone: the state is unknown until another one is asked.
                return false;
            }
        }
    }
}
