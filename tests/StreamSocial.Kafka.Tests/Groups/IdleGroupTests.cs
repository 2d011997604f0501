using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Streams;
using StreamSocial.Streams.Testing.Groups;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Groups;

/// <summary>Members that use the replicas' membership code share every partition, each once, whenever the group has settled.</summary>
public sealed class IdleGroupTests(KraftFixture kafka, ITestOutputHelper output)
{
    private const string Topic = "idle-group";
    private const int Partitions = 24;
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Resize_OnEmbeddedBrokers_EveryPartitionHasOneOwner()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic(Topic, Partitions, 3);
        await ResizeAsync(new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true }), StreamsGroupProtocol.Consumer, "", 1, 2, 8, 3, 1, 0);
    }

    [Theory]
    [InlineData(StreamsGroupProtocol.Consumer, "")]
    [InlineData(StreamsGroupProtocol.Classic, "range")]
    [InlineData(StreamsGroupProtocol.Classic, "roundrobin")]
    [InlineData(StreamsGroupProtocol.Classic, "cooperative-sticky")]
    public async Task Resize_OnRealBrokers_EveryPartitionHasOneOwner(StreamsGroupProtocol protocol, string assignor)
    {
        var settings = await kafka.GetSettingsAsync();
        using (var administrator = await kafka.GetAdministratorAsync())
            await administrator.CreateAsync([new TopicSpec(Topic, Partitions, CleanupPolicy.Delete, TimeSpan.FromDays(1), "")], TestContext.Current.CancellationToken);
        await ResizeAsync(settings, protocol, assignor, 1, 4, 8, 1);
    }

    private async Task ResizeAsync(KafkaClientSettings settings, StreamsGroupProtocol protocol, string assignor, params int[] sizes)
    {
        var options = new IdleGroupOptions { GroupId = $"idle-{Guid.NewGuid():N}", Topic = Topic, Partitions = Partitions, Protocol = protocol, ClassicAssignor = assignor };
        await using var group = new IdleGroup(settings, options, NullLoggerFactory.Instance, TimeProvider.System);
        foreach (var size in sizes)
        {
            var step = await group.ResizeAsync(size, StepTimeout, TestContext.Current.CancellationToken);
            output.WriteLine($"{step}");
            Assert.NotNull(step.SettledAfter);
            Assert.Equal((size == 0 ? Partitions : 0, 0), (step.Unowned, step.OwnedTwice));
        }
    }
}
