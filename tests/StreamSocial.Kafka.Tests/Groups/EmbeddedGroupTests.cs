using Confluent.Kafka;
using StreamSocial.Hosting.Kafka.Embedded;

namespace StreamSocial.Kafka.Tests.Groups;

public sealed class EmbeddedGroupTests(ITestOutputHelper output)
{
    private static readonly (string Name, int Partitions)[] Inputs = [("user-actions", 1000), ("content-interactions", 500), ("feed-updates", 1000)];

    /// <remarks>
    /// The classic protocol works on embedded brokers too, but each join waits there until just before the session timeout
    /// (session 6 s: 13.7 s for a second member; 2 s: partitions get lost).
    /// </remarks>
    [Fact]
    public async Task ConsumerProtocol_FullTable_EveryPartitionHasOneOwner()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        foreach (var (name, partitions) in Inputs)
            cluster.CreateTopic(name, partitions, 3);
        await new GroupScenario(new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true }), GroupProtocol.Consumer, Inputs, output).RunAsync();
    }
}
