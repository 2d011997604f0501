using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Streams.Hosting;

namespace StreamSocial.Streams.Restoring;

/// <summary>What a restorer reads changelogs, offsets and lags with.</summary>
/// <param name="Consumer">Reads the changelogs; its own.</param>
/// <param name="Protocol">Its own.</param>
/// <param name="Lag">The member's.</param>
internal sealed record RestoreClients(IConsumer<byte[]?, byte[]?> Consumer, IRestoreProtocol Protocol, InputLag Lag)
{
    private static readonly TimeSpan WatermarksTimeout = TimeSpan.FromSeconds(2);

    public static RestoreClients Create(int index, MemberContext member, InputLag lag)
    {
        var config = member.CreateConsumerConfig($"restore-{index}", ConsumerUse.Restore);
        config.EnablePartitionEof = true;
        // A position that the log no longer has becomes the beginning, which the restorer recognises.
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        var consumer = KafkaConsumers.Build(config, member.Settings.Metrics, member.Host.Loggers.CreateLogger<TaskRestorer>());
        IRestoreProtocol protocol = member.Settings.IsEmbedded
            ? new FencedRestore(member.Environment, member.Host.Time)
            : new TransactionalRestore(
                consumer.Committed, changelog => consumer.GetWatermarkOffsets(changelog).High.Value, input => FirstOffset(consumer, input), member.Host.Time,
                member.Host.Loggers.CreateLogger<TransactionalRestore>());
        return new RestoreClients(consumer, protocol, lag);
    }

    private static long FirstOffset(IConsumer<byte[]?, byte[]?> consumer, TopicPartition input)
    {
        try
        {
            return consumer.QueryWatermarkOffsets(input, WatermarksTimeout).Low.Value;
        }
        catch (KafkaException)
        {
            return Offset.Unset.Value;
        }
    }
}
