using System.Collections.Immutable;

namespace StreamSocial.Streams.Reading;

/// <summary>
/// A topic that every member reads as a whole, beside its partitions and for reads only. A member with tables is ready when it has read each
/// of them to the end once.
/// </summary>
public interface IReplicatedTable
{
    /// <summary>The topic.</summary>
    string Topic { get; }

    /// <summary>Whether each partition has been read to its end once.</summary>
    bool IsCaughtUp { get; }

    /// <summary>By partition: the offset after the last record in the table; -1 while unknown.</summary>
    ImmutableArray<long> NextOffsets { get; }
}
