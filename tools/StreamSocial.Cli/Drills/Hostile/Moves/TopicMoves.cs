using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Drills.Hostile.Moves;

/// <summary>Topics that are altered, added and made anew while the application runs.</summary>
internal static class TopicMoves
{
    private const string Family = "altered topics";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static IEnumerable<HostileMove> Create(TopicCatalog catalog)
    {
        yield return Change("a foreign topic is made and deleted", async admin =>
        {
            await admin.CreateTopicsAsync([new TopicSpecification { Name = "hostile-topic", NumPartitions = 3, ReplicationFactor = 1 }]);
            await admin.DeleteTopicsAsync(["hostile-topic"]);
        });
        foreach (var topic in FeedGeneratorStages.Inputs)
        {
            yield return Change($"{topic} gets other segments", admin => admin.IncrementalAlterConfigsAsync(
                new() { [new ConfigResource { Type = ResourceType.Topic, Name = topic }] = [new ConfigEntry { Name = "segment.bytes", Value = "16777216", IncrementalOperation = AlterConfigOpType.Set }] }));
            var letters = DeadLetterTopic.NameOf(topic);
            yield return Change($"{letters} gets a partition more", admin => admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = letters, IncreaseTo = catalog[letters].Partitions + 1 }]));
        }
        yield return Change($"{TopicNames.RebalanceEvents} is deleted and made anew", async admin =>
        {
            var topic = catalog[TopicNames.RebalanceEvents];
            await admin.DeleteTopicsAsync([topic.Name]);
            await Task.Delay(TimeSpan.FromSeconds(1));
            await admin.CreateTopicsAsync([new TopicSpecification { Name = topic.Name, NumPartitions = topic.Partitions, ReplicationFactor = (short)topic.ReplicationFactor, Configs = topic.Configuration.ToDictionary() }]);
        });
    }

    private static HostileMove Change(string name, Func<IAdminClient, Task> change) => new(Family, name, async (targets, cancellationToken) =>
    {
        using var admin = new AdminClientBuilder(targets.Settings.CreateAdminConfig("hostile")).SetLogHandler((_, _) => { }).Build();
        await change(admin).WaitAsync(Timeout, cancellationToken);
        return null;
    });
}
