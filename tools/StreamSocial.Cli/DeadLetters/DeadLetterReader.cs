using Confluent.Kafka;
using StreamSocial.Cli.Distribution;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka;
using StreamSocial.Topics;

namespace StreamSocial.Cli.DeadLetters;

/// <summary>Reads dead-letter topics from their beginning to the end that they have now, without taking part in any group.</summary>
internal sealed class DeadLetterReader(KafkaClientSettings settings)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <summary>Reads the dead letters of an input topic, or of all of them.</summary>
    /// <exception cref="ToolException">The topic has no dead-letter topic, or the cluster does not answer.</exception>
    public async Task<IReadOnlyList<DeadLetter>> ReadAsync(string? inputTopic, CancellationToken cancellationToken)
    {
        var positions = await FindAsync(inputTopic, cancellationToken);
        var letters = new List<DeadLetter>();
        if (positions.Count == 0)
            return letters;
        var config = settings.CreateConsumerConfig("streamsocial-cli", "streamsocial-cli");
        config.EnablePartitionEof = true;
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(positions);
        for (var open = positions.Count; open > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var record = consumer.Consume(Silence)
                ?? throw new ToolException($"Kafka at {settings.BootstrapServers} sent nothing for {Silence.TotalSeconds:F0} s; {open} partitions of dead letters were not read to their end.");
            if (record.IsPartitionEOF)
                open--;
            else
                letters.Add(DeadLetter.Of(record));
        }
        return [.. letters.OrderBy(letter => letter.At).ThenBy(letter => letter.Id, StringComparer.Ordinal)];
    }

    private async Task<List<TopicPartitionOffset>> FindAsync(string? inputTopic, CancellationToken cancellationToken)
    {
        using var inspector = new LogInspector(settings);
        var counts = inspector.ReadPartitionCounts();
        var topics = (inputTopic is null ? FeedGeneratorStages.Inputs : [inputTopic]).Select(DeadLetterTopic.NameOf).Where(counts.ContainsKey).ToList();
        if (topics.Count == 0)
            throw new ToolException(inputTopic is null ? "The cluster has no dead-letter topics; 'topics create' makes them." : $"The cluster has no topic {DeadLetterTopic.NameOf(inputTopic)}.");
        var positions = new List<TopicPartitionOffset>();
        foreach (var topic in topics)
        {
            foreach (var range in await inspector.ReadRangesAsync(topic, counts[topic], cancellationToken))
            {
                if (range.NextOffset > range.BeginOffset)
                    positions.Add(new TopicPartitionOffset(topic, range.Partition, range.BeginOffset));
            }
        }
        return positions;
    }
}
