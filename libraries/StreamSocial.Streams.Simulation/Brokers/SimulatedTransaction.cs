using Confluent.Kafka;

namespace StreamSocial.Streams.Simulation.Brokers;

/// <summary>A transaction as its coordinator sees it.</summary>
internal sealed class SimulatedTransaction(long begunAt)
{
    /// <summary>Partitions that have its records and not yet its marker.</summary>
    public List<SimulatedLog> Unmarked { get; } = [];

    /// <summary>Offsets that it will commit.</summary>
    public List<TopicPartitionOffset> Offsets { get; } = [];

    public long BegunAt => begunAt;

    /// <summary>Whether its end is decided; markers may be on their way.</summary>
    public bool IsDecided { get; private set; }

    public bool IsCommitted { get; private set; }

    public void Decide(bool commit) => (IsDecided, IsCommitted) = (true, commit);
}
