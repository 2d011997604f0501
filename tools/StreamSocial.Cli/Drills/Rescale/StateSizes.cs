using System.Text;
using Confluent.Kafka;
using StreamSocial.Events;
using StreamSocial.Kafka;

namespace StreamSocial.Cli.Drills.Rescale;

/// <summary>Reads how large the state of tasks is, from their changelogs.</summary>
internal sealed class StateSizes(KafkaClientSettings settings)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly Dictionary<string, string> Changelogs = new()
    {
        [TopicNames.UserActions] = TopicNames.ActionsState,
        [TopicNames.FeedUpdates] = TopicNames.FeedsState,
        [TopicNames.ContentInteractions] = TopicNames.EngagementState,
    };

    /// <summary>By input partition: bytes of keys and values of the newest record of each key; null when the time did not suffice.</summary>
    public IReadOnlyDictionary<(string Topic, int Partition), long>? Read(IReadOnlyCollection<(string Topic, int Partition)> partitions, CancellationToken cancellationToken)
    {
        var inputs = partitions.ToDictionary(partition => new TopicPartition(Changelogs[partition.Topic], partition.Partition));
        var config = settings.CreateConsumerConfig("streamsocial-cli", "streamsocial-cli");
        config.EnablePartitionEof = true;
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(inputs.Keys.Select(changelog => new TopicPartitionOffset(changelog, Offset.Beginning)));

        var sizes = new Dictionary<(TopicPartition, string), int>();
        var open = partitions.Count;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            while (open > 0)
            {
                var record = consumer.Consume(timeout.Token);
                if (record.IsPartitionEOF)
                {
                    // What is written from now on is not of interest; without this its end would come again.
                    consumer.IncrementalUnassign([record.TopicPartition]);
                    open--;
                    continue;
                }

                var key = record.Message.Key ?? [];
                var id = (record.TopicPartition, Encoding.Latin1.GetString(key));
                if (record.Message.Value is { } value)
                    sizes[id] = key.Length + value.Length;
                else
                    sizes.Remove(id);
            }

            return sizes.GroupBy(size => inputs[size.Key.Item1]).ToDictionary(task => task.Key, task => task.Sum(size => (long)size.Value));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
