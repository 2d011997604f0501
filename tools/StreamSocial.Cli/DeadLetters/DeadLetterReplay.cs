using Confluent.Kafka;
using StreamSocial.Kafka;

namespace StreamSocial.Cli.DeadLetters;

/// <summary>Sends dead letters back to the partitions they came from.</summary>
/// <remarks>
/// They go as records of a foreign producer, without an edge: their numbers were used up when they were given up, and whoever has seen
/// those drops what carries them again.
/// </remarks>
internal sealed class DeadLetterReplay(KafkaClientSettings settings)
{
    /// <summary>Sends all that have an origin and are complete, in their order; returns when the brokers have them.</summary>
    /// <returns>How many were sent.</returns>
    /// <exception cref="ToolException">A record was refused; what came before it is sent.</exception>
    public async Task<int> SendAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(settings.CreateProducerConfig("streamsocial-cli")).SetLogHandler((_, _) => { }).Build();
        var sent = 0;
        foreach (var letter in letters)
        {
            if (!letter.IsReplayable)
                continue;
            var (topic, partition) = (letter.OriginTopic, letter.OriginPartition.Value);
            var message = new Message<byte[]?, byte[]?>
            {
                Key = letter.Key is { Length: > 0 } key ? key : null,
                Value = letter.Payload,
                // A processor's time is its record's.
                Timestamp = new Timestamp(letter.OriginTimestamp ?? letter.At),
            };
            try
            {
                await producer.ProduceAsync(new TopicPartition(topic, partition), message, cancellationToken);
            }
            catch (ProduceException<byte[]?, byte[]?> e)
            {
                throw new ToolException($"{letter.Id} was refused by {topic}, partition {partition}: {e.Error.Reason}. {sent} were sent before it.", e);
            }
            sent++;
        }
        return sent;
    }
}
