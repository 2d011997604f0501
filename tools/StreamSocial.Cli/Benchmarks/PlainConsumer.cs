using Confluent.Kafka;
using StreamSocial.Events;
using StreamSocial.Kafka;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>The baseline: takes every record of the topic from given positions and does nothing with it.</summary>
internal static class PlainConsumer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="ToolException">The brokers stopped giving records.</exception>
    public static Measurement Take(KafkaClientSettings settings, IReadOnlyDictionary<int, long> positions, int events, PauseListener pauses)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateConsumerConfig("bench-plain", "bench-plain")).Build();
        consumer.Assign(positions.Select(position => new TopicPartitionOffset(TopicNames.UserActions, position.Key, position.Value)));
        Meter? meter = null;
        for (var taken = 0; taken < events; taken++)
        {
            if (consumer.Consume(Patience) is null)
                throw new ToolException($"The plain consumer got {taken:N0} of {events:N0} events, then none for {Patience.TotalSeconds:0} s.");
            meter ??= new Meter(pauses);
        }

        return meter!.Stop(events);
    }
}
