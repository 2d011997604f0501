using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>Writes the changes of this member's assignment to the application's topic of rebalance events.</summary>
internal sealed class RebalanceEventWriter(TaskEnvironment environment, IRecordSender sender, string topic, TimeProvider time) : IDeliveryHandler
{
    public void Write(RebalanceEventType type, long epoch, IEnumerable<TopicPartition> partitions, TimeSpan duration)
    {
        environment.Instruments?.Rebalanced(type, duration);
        var change = new RebalanceEvent
        {
            MemberId = environment.MemberId,
            Type = type,
            OccurredAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Epoch = epoch,
            Duration = duration.TotalMilliseconds,
        };
        foreach (var assigned in partitions.GroupBy(partition => partition.Topic))
            change.Partitions.Add(new TopicPartitions { Topic = assigned.Key, Partitions = { assigned.Select(partition => partition.Partition.Value).Order() } });
        try
        {
            sender.Send(
                topic, 0, new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(environment.MemberId), Value = change.ToByteArray() },
                this, token: 0);
        }
        catch (KafkaException e)
        {
            // It ends the member, which must still give back what it has.
            environment.OnDeliveryFailed(e.Error);
        }
    }

    void IDeliveryHandler.OnDelivered(long token, long offset, Error? error)
    {
        if (error is not null)
            environment.OnDeliveryFailed(error);
    }
}
