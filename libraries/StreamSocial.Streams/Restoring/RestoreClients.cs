using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Streams.Hosting;

namespace StreamSocial.Streams.Restoring;

/// <summary>What a restorer reads changelogs, offsets and lags with.</summary>
internal sealed record RestoreClients(IConsumer<byte[]?, byte[]?> Consumer, IRestoreProtocol Protocol, InputLag Lag)
{
    public static RestoreClients Create(MemberContext member, InputLag lag)
    {
        var config = member.CreateConsumerConfig("restore", ConsumerUse.Restore);
        config.EnablePartitionEof = true;
        // A position that the log no longer has becomes the beginning, which the restorer recognises.
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        var consumer = KafkaConsumers.Build(config, member.Settings.Metrics, member.Host.Loggers.CreateLogger<TaskRestorer>());
        IRestoreProtocol protocol = member.Settings.IsEmbedded
            ? new FencedRestore(member.Environment, member.Host.Time)
            : new TransactionalRestore(
                consumer.Committed, changelog => consumer.GetWatermarkOffsets(changelog).High.Value, member.Host.Time, member.Host.Loggers.CreateLogger<TransactionalRestore>());
        return new RestoreClients(consumer, protocol, lag);
    }
}
