using Confluent.Kafka;
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

    [Fact]
    public async Task Resize_WithLessTimeThanTheQuietTime_IsNotSettled()
    {
        var options = new IdleGroupOptions { GroupId = "short", Topic = Topic, Partitions = Partitions };
        await using var group = new IdleGroup(new KafkaClientSettings("127.0.0.1:1", new KafkaOptions()), options, NullLoggerFactory.Instance, TimeProvider.System);

        var step = await group.ResizeAsync(0, options.Quiet / 10, TestContext.Current.CancellationToken);

        Assert.Equal((null, Partitions), (step.SettledAfter, step.Unowned));
    }

    [Fact]
    public async Task ForeignMember_JoinsAndStays_NobodyGivesBackMoreThanItsShare()
    {
        var settings = await kafka.GetSettingsAsync();
        using (var administrator = await kafka.GetAdministratorAsync())
            await administrator.CreateAsync([new TopicSpec(Topic, Partitions, CleanupPolicy.Delete, TimeSpan.FromDays(1), "")], TestContext.Current.CancellationToken);
        var options = new IdleGroupOptions { GroupId = $"foreign-{Guid.NewGuid():N}", Topic = Topic, Partitions = Partitions };
        await using var group = new IdleGroup(settings, options, NullLoggerFactory.Instance, TimeProvider.System);
        Assert.NotNull((await group.ResizeAsync(1, StepTimeout, TestContext.Current.CancellationToken)).SettledAfter);

        // It reports to nobody, so its partitions have no owner for the member.
        var config = settings.CreateConsumerConfig("foreign", options.GroupId);
        config.AutoOffsetReset = AutoOffsetReset.Latest;
        using var foreign = new ConsumerBuilder<Ignore, Ignore>(config).Build();
        foreign.Subscribe(Topic);
        using var stop = new CancellationTokenSource();
        var polling = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                foreign.Consume(TimeSpan.FromMilliseconds(100));
        });
        await Until.TrueAsync("the foreign member has its share", () => foreign.Assignment.Count == Partitions / 2, () => $"{foreign.Assignment.Count}", StepTimeout);

        // Twice as long as the member waits before it asks the group.
        var step = await group.ResizeAsync(1, TimeSpan.FromSeconds(25), TestContext.Current.CancellationToken);
        output.WriteLine($"{step}");
        await stop.CancelAsync();
        await polling;
        Assert.Equal((0, Partitions / 2), (step.GivenBack, step.Unowned));
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
