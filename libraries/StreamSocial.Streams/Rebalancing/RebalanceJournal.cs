using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Events.Runtime;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>Tells topic <c>rebalance-events</c> what happened to this member's assignment.</summary>
internal sealed class RebalanceJournal(TaskEnvironment environment, TimeProvider time) : IDeliveryHandler
{
    public void Write(RebalanceEventType type, long epoch, IEnumerable<TopicPartition> partitions, TimeSpan duration)
    {
        var change = new RebalanceEvent
        {
            MemberId = environment.MemberId,
            Type = type,
            OccurredAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Epoch = epoch,
            Duration = duration.TotalMilliseconds,
        };
        foreach (var topic in partitions.GroupBy(partition => partition.Topic))
            change.Partitions.Add(new TopicPartitions { Topic = topic.Key, Partitions = { topic.Select(partition => partition.Partition.Value).Order() } });
        environment.Sender.Send(
            TopicNames.RebalanceEvents, 0, new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(environment.MemberId), Value = change.ToByteArray() },
            this, token: 0);
    }

    void IDeliveryHandler.OnDelivered(long token, long offset, Error? error)
    {
        if (error is not null)
            environment.OnDeliveryFailed(error);
    }
}
