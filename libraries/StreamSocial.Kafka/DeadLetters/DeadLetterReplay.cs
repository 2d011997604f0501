using Confluent.Kafka;

namespace StreamSocial.Kafka.DeadLetters;

/// <summary>Sends dead letters back to the partitions they came from.</summary>
/// <remarks>
/// They go as records of a foreign producer, without an edge: their numbers were used up when they were given up, and whoever has seen those drops what carries
/// them again. So nothing behind Kafka recognises a letter that is sent twice; only where the entry itself has an id that is remembered, as an action has, is
/// the second without effect. A dead letter stays where it is, so none is lost, whenever the process ends.
/// </remarks>
/// <param name="settings">The cluster.</param>
public sealed class DeadLetterReplay(KafkaClientSettings settings)
{
    /// <summary>
    /// Oldest time that a record is sent with. Inputs keep a day at least, by the times of their records: an older one would be deleted before a stage that is paused
    /// or behind has read it, and the stage's position with it.
    /// </summary>
    private static readonly TimeSpan MostAge = TimeSpan.FromHours(12);

    /// <summary>Sends all that have an origin and are complete, in their order; returns when the brokers have them.</summary>
    /// <param name="letters">The letters.</param>
    /// <param name="timeout">How long the brokers may take for each; null for ever.</param>
    /// <param name="cancellationToken">Ends the wait; what was handed over may still be sent.</param>
    /// <returns>Those that were sent.</returns>
    /// <exception cref="DeadLetterException">A record was refused or not acknowledged in time; what came before it is sent.</exception>
    public async Task<IReadOnlyList<DeadLetter>> SendAsync(IReadOnlyList<DeadLetter> letters, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var config = settings.CreateProducerConfig("dead-letters");
        if (timeout is { } most)
            config.MessageTimeoutMs = (int)most.TotalMilliseconds;
        var producer = new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        try
        {
            return await SendAsync(producer, letters, cancellationToken);
        }
        finally
        {
            // Plainly it may never end while a broker is away.
            producer.DisposeOrLeave();
        }
    }

    private static async Task<IReadOnlyList<DeadLetter>> SendAsync(IProducer<byte[]?, byte[]?> producer, IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        var sent = new List<DeadLetter>();
        foreach (var letter in letters)
        {
            if (!letter.IsReplayable)
                continue;
            var (topic, partition) = (letter.OriginTopic, letter.OriginPartition.Value);
            var message = new Message<byte[]?, byte[]?>
            {
                Key = letter.Key is { Length: > 0 } key ? key : null,
                Value = letter.Payload,
                Timestamp = new Timestamp(TimeOf(letter)),
            };
            try
            {
                await producer.ProduceAsync(new TopicPartition(topic, partition), message, cancellationToken);
            }
            catch (ProduceException<byte[]?, byte[]?> e)
            {
                var outcome = e.DeliveryResult?.Status == PersistenceStatus.PossiblyPersisted ? "may have been taken" : "was not taken";
                throw new DeadLetterException($"{letter.Id} {outcome} by {topic}, partition {partition}: {e.Error.Reason}. {sent.Count} were sent before it.", e);
            }
            sent.Add(letter);
        }
        return sent;
    }

    /// <summary>A processor's time is its record's, so a letter keeps that of its origin as long as it may.</summary>
    private static DateTimeOffset TimeOf(DeadLetter letter)
    {
        var (time, oldest) = (letter.OriginTimestamp ?? letter.At, TimeProvider.System.GetUtcNow() - MostAge);
        return time > oldest ? time : oldest;
    }
}
