using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Groups;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Kafka.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Groups;

public sealed class ConsumerGroupReaderTests(KraftFixture kraft)
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task RealBrokers_AMemberReads_ItsPartitionsLagAndTopicAreKnown(GroupProtocol protocol)
    {
        var name = $"read-by-{protocol}".ToLowerInvariant();
        var settings = await kraft.GetSettingsAsync();
        TopicSpec[] catalogue = [new(name, 3, CleanupPolicy.Delete, TimeSpan.FromDays(1), "")];
        using (var administrator = await kraft.GetAdministratorAsync())
            await administrator.CreateAsync(catalogue, TestContext.Current.CancellationToken);
        using (var producer = new ProducerBuilder<string, string>(settings.CreateProducerConfig("groups")).SetLogHandler((_, _) => { }).Build())
        {
            for (var i = 0; i < 5; i++)
                await producer.ProduceAsync(new TopicPartition(name, 1), new Message<string, string> { Key = "k", Value = "v" }, TestContext.Current.CancellationToken);
        }
        using var topics = new TopicReader(settings, TimeProvider.System, NullLoggerFactory.Instance);
        var groups = new ConsumerGroupReader(settings, NullLogger<ConsumerGroupReader>.Instance);
        var config = settings.CreateConsumerConfig("somebody", name);
        config.GroupProtocol = protocol;
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        if (protocol == GroupProtocol.Classic)
            config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
        using var member = new ConsumerBuilder<byte[], byte[]>(config).Build();
        member.Subscribe(name);

        ConsumerGroup? found = null;
        await Until.TrueAsync(
            "The member has its partitions and a committed position",
            async () =>
            {
                member.Consume(TimeSpan.FromMilliseconds(50));
                if (member.Assignment.Count == 3)
                    member.Commit([.. Enumerable.Range(0, 3).Select(partition => new TopicPartitionOffset(name, partition, partition == 1 ? 2 : 0))]);
                var reading = await topics.ReadAsync(catalogue, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
                found = (await groups.ReadAsync(reading, TestContext.Current.CancellationToken))!.Groups.FirstOrDefault(group => group.Id == name);
                return found is { Lag: 3, Members: [{ Partitions: 3 }] };
            },
            () => found?.ToString() ?? "no group",
            WaitTimeout);

        Assert.Equal(protocol == GroupProtocol.Classic ? "classic" : "consumer", found!.Type);
        Assert.Equal([new ConsumerGroupTopic(name, 3, 3)], found.Topics);
        Assert.Equal(("somebody", 3L), (found.Members[0].ClientId, found.Members[0].Lag));
        member.Close();
    }

    /// <summary>With the newer request for groups the first reading after the kill ended the process: double free.</summary>
    [Fact]
    public async Task RealBrokers_OneIsKilled_TheGroupIsKnownAgain()
    {
        await using var cluster = await KraftFixture.StartOwnClusterAsync();
        var settings = new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions());
        TopicSpec[] catalogue = [new("killed", 3, CleanupPolicy.Delete, TimeSpan.FromDays(1), "")];
        using (var administrator = new TopicAdministrator(
            settings, new LogEndReader(settings, NullLogger<LogEndReader>.Instance), TimeProvider.System, NullLogger<TopicAdministrator>.Instance))
            await administrator.CreateAsync(catalogue, TestContext.Current.CancellationToken);
        using (var consumer = new ConsumerBuilder<Ignore, Ignore>(settings.CreateConsumerConfig("somebody", "killed")).SetLogHandler((_, _) => { }).Build())
            await Until.TrueAsync("the group has a coordinator", () => IsCommitted(consumer, new TopicPartitionOffset("killed", 0, 0)), () => "none yet", TimeSpan.FromSeconds(60));
        using var topics = new TopicReader(settings, TimeProvider.System, NullLoggerFactory.Instance);
        var groups = new ConsumerGroupReader(settings, NullLogger<ConsumerGroupReader>.Instance);
        var before = await topics.ReadAsync(catalogue, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(["killed"], (await groups.ReadAsync(before, TestContext.Current.CancellationToken))!.Groups.Select(group => group.Id));

        await cluster.KillNodeAsync(cluster.Nodes[0].Id, TestContext.Current.CancellationToken);

        var unread = "";
        await Until.TrueAsync(
            "the group is known",
            async () =>
            {
                try
                {
                    return (await groups.ReadAsync(before, TestContext.Current.CancellationToken))!.Groups.Any(group => group.Id == "killed");
                }
                catch (KafkaException e)
                {
                    unread = e.Error.Reason;
                    return false;
                }
            },
            () => unread,
            TimeSpan.FromSeconds(60));
    }

    /// <summary>False while the group's coordinator is not found or still reads the group.</summary>
    private static bool IsCommitted(IConsumer<Ignore, Ignore> consumer, TopicPartitionOffset position)
    {
        try
        {
            consumer.Commit([position]);
            return true;
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.GroupLoadInProgress)
        {
            return false;
        }
    }
}
