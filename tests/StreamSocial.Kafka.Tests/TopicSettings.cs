using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamSocial.Kafka.Tests;

/// <summary>Sets topics otherwise than their catalogue.</summary>
internal static class TopicSettings
{
    /// <summary>
    /// Descriptions in a row that must have the values. librdkafka asks any broker, and one learns of a change later than another: of three, one that
    /// is behind is not asked in (2/3)^30, five times in a million.
    /// </summary>
    private const int InARow = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Sets a topic's values, and waits until all brokers have them.</summary>
    public static async Task SetAsync(KafkaClientSettings settings, string topic, params (string Name, string Value)[] values)
    {
        using var admin = new AdminClientBuilder(settings.CreateAdminConfig("topic-settings")).SetLogHandler((_, _) => { }).Build();
        var resource = new ConfigResource { Type = ResourceType.Topic, Name = topic };
        await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [resource] = [.. values.Select(value => new ConfigEntry { Name = value.Name, Value = value.Value, IncrementalOperation = AlterConfigOpType.Set })],
        });
        var inARow = 0;
        await Until.TrueAsync($"{topic} has its settings", async () => (inARow = await HasAllAsync() ? inARow + 1 : 0) == InARow, () => $"{inARow} in a row", Patience);

        async Task<bool> HasAllAsync()
        {
            var described = (await admin.DescribeConfigsAsync([resource]))[0].Entries;
            return values.All(value => described.TryGetValue(value.Name, out var entry) && entry.Value == value.Value);
        }
    }
}
