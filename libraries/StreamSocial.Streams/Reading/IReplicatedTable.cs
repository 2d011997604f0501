using System.Collections.Immutable;

namespace StreamSocial.Streams.Reading;

/// <summary>A topic that every member reads as a whole, beside its partitions and for reads only. A member with tables is ready when they are caught up.</summary>
public interface IReplicatedTable
{
    string Topic { get; }

    /// <summary>Whether each partition was read to its end once.</summary>
    bool IsCaughtUp { get; }

    /// <summary>By partition, the offset behind the last record that is part of the table; -1 while unknown.</summary>
    ImmutableArray<long> NextOffsets { get; }
}
