using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>What a restorer asks the cluster with.</summary>
internal sealed record RestoreClients(IConsumer<byte[]?, byte[]?> Consumer, IRestoreProtocol Protocol, InputLag Lag)
{
    public static RestoreClients Create(KafkaClientSettings settings, StreamsOptions options, TaskEnvironment environment, InputLag lag, TimeProvider time, ILogger logger)
    {
        var config = settings.CreateConsumerConfig($"{options.MemberId}-restore", options.GroupId);
        config.EnablePartitionEof = true;
        // A remembered position that the log does not have any more begins at its beginning, which the restorer recognises.
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        var consumer = KafkaConsumers.Build(config, logger);
        return new RestoreClients(consumer, settings.IsEmbedded ? new ClaimedRestore(environment, time) : new TransactionalRestore(consumer.Committed, time), lag);
    }
}
