using Confluent.Kafka;
using StreamSocial.Streams.Simulation.Brokers;

namespace StreamSocial.Streams.Simulation.Replicas;

/// <summary>A transactional producer. During each call other steps may run, and its own process may die.</summary>
/// <param name="id">Transactional id.</param>
/// <param name="brokers">Where it writes.</param>
/// <param name="random">Decides on faults.</param>
/// <param name="wait">Lets other steps run; throws when the process died meanwhile.</param>
/// <param name="committing">Called before a transaction is committed; throws when the process died.</param>
internal sealed class SimulatedProducer(string id, SimulatedBrokers brokers, SimulationRandom random, Action wait, Action committing) : IProducer<byte[]?, byte[]?>
{
    private int _epoch;

    public Handle Handle => throw new NotSupportedException();

    public string Name => id;

    public void InitTransactions(TimeSpan timeout)
    {
        wait();
        _epoch = brokers.Transactions.Init(id);
    }

    public void BeginTransaction()
    {
        // Known to the client alone.
    }

    public void Produce(TopicPartition topicPartition, Message<byte[]?, byte[]?> message, Action<DeliveryReport<byte[]?, byte[]?>>? deliveryHandler = null)
    {
        if (brokers.Mutant == Mutant.SkippedContent && !SimulatedSender.IsOwn(message.Key) && random.OneIn(10))
            return;
        if (random.OneIn(8))
            wait();
        var offset = brokers.Transactions.Append(id, _epoch, brokers.Log(topicPartition.Topic, topicPartition.Partition.Value), message);
        deliveryHandler?.Invoke(new DeliveryReport<byte[]?, byte[]?> { TopicPartitionOffset = new TopicPartitionOffset(topicPartition, offset), Message = message, Error = new Error(ErrorCode.NoError) });
    }

    public void SendOffsetsToTransaction(IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata groupMetadata, TimeSpan timeout)
    {
        wait();
        brokers.Transactions.AddOffsets(id, _epoch, offsets, (GroupView)groupMetadata);
        wait();
    }

    public void CommitTransaction(TimeSpan timeout)
    {
        wait();
        if (random.OneIn(25))
            throw new KafkaRetriableException(new Error(ErrorCode.Local_TimedOut, "the request did not arrive"));
        committing();
        brokers.Transactions.End(id, _epoch, commit: true);
        wait();
        if (random.OneIn(25))
            throw new KafkaRetriableException(new Error(ErrorCode.Local_TimedOut, "the answer did not arrive"));
        if (random.OneIn(60))
            throw new KafkaException(new Error(ErrorCode.Local_Fail, "the producer failed after the commit"));
    }

    public void AbortTransaction(TimeSpan timeout)
    {
        wait();
        brokers.Transactions.End(id, _epoch, commit: false);
    }

    public int Flush(TimeSpan timeout) => 0;

    public void Dispose()
    {
        // A transaction that it left open stays open.
    }

    public void CommitTransaction() => throw new NotSupportedException();

    public void AbortTransaction() => throw new NotSupportedException();

    public void Flush(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public int Poll(TimeSpan timeout) => throw new NotSupportedException();

    public int AddBrokers(string brokers) => throw new NotSupportedException();

    public void SetSaslCredentials(string username, string password) => throw new NotSupportedException();

    public void Produce(string topic, Message<byte[]?, byte[]?> message, Action<DeliveryReport<byte[]?, byte[]?>>? deliveryHandler = null) => throw new NotSupportedException();

    public Task<DeliveryResult<byte[]?, byte[]?>> ProduceAsync(string topic, Message<byte[]?, byte[]?> message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<DeliveryResult<byte[]?, byte[]?>> ProduceAsync(
        TopicPartition topicPartition, Message<byte[]?, byte[]?> message, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
