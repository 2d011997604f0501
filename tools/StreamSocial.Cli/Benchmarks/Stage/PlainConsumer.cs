using System.Diagnostics;
using Confluent.Kafka;
using StreamSocial.Events;
using StreamSocial.Kafka;

namespace StreamSocial.Cli.Benchmarks.Stage;

/// <summary>The baseline: takes every record of the topic from given positions and does nothing with it.</summary>
internal static class PlainConsumer
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);

    /// <exception cref="NotHeldException">The brokers stopped giving records.</exception>
    public static ProcessMeasurement Take(KafkaClientSettings settings, IReadOnlyDictionary<int, long> positions, int events, PauseListener pauses, CancellationToken cancellationToken)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateConsumerConfig("bench-plain", "bench-plain")).Build();
        consumer.Assign(positions.Select(position => new TopicPartitionOffset(TopicNames.UserActions, position.Key, position.Value)));
        ProcessMeter? meter = null;
        var started = Stopwatch.GetTimestamp();
        for (var taken = 0; taken < events;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (consumer.Consume(PollTimeout) is not null)
            {
                meter ??= new ProcessMeter(pauses);
                taken++;
                continue;
            }

            // Looked at only when nothing came, so that the clock costs the baseline nothing.
            if (Stopwatch.GetElapsedTime(started) > EndTimeout)
                throw new NotHeldException($"The plain consumer got {taken:N0} of {events:N0} events in {EndTimeout.TotalMinutes:0} min.");
        }

        return meter!.Stop(events);
    }
}
