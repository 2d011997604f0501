using StreamSocial.Topics;

namespace StreamSocial.Events.Keys;

/// <summary>Chooses a record's key, and by it what is ordered, what is co-located, and which partitions grow hot. Pure.</summary>
public interface IKeyStrategy
{
    /// <summary>Short name for tables and metrics.</summary>
    string Name { get; }

    /// <summary>The key of an event.</summary>
    string KeyOf(in KeySource source);

    /// <summary>The partition of an event.</summary>
    int PartitionOf(in KeySource source, int partitions) => KeyPartitioner.PartitionOf(KeyOf(source), partitions);
}
