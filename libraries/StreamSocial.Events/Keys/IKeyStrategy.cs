using System.Globalization;
using StreamSocial.Topics;

namespace StreamSocial.Events.Keys;

/// <summary>Chooses a record's key, which decides what is ordered, what is co-located, and which partitions become hot. Pure.</summary>
public interface IKeyStrategy
{
    /// <summary>Short name for tables and metrics.</summary>
    string Name { get; }

    /// <summary>The key of an event.</summary>
    string KeyOf(in KeySource source);

    /// <summary>The partition of an event.</summary>
    int PartitionOf(in KeySource source, int partitions) => KeyPartitioner.PartitionOf(KeyOf(source), partitions);
}

/// <summary>Input of a key strategy.</summary>
/// <param name="UserId">The user that the event concerns.</param>
/// <param name="ContentId">The content that it concerns.</param>
/// <param name="Sequence">Number of the event in order of arrival.</param>
public readonly record struct KeySource(string UserId, string ContentId, long Sequence);

/// <summary>Keys by user: all events of a user are in one partition, in order. A celebrity makes a hot partition.</summary>
public sealed class UserHashKeyStrategy : IKeyStrategy
{
    public string Name => "user-hash";

    public string KeyOf(in KeySource source) => source.UserId;
}

/// <summary>Keys by content: all events of a content are in one partition, in order. A viral post makes a hot partition.</summary>
public sealed class ContentHashKeyStrategy : IKeyStrategy
{
    public string Name => "content-hash";

    public string KeyOf(in KeySource source) => source.ContentId;
}

/// <summary>
/// Anti-pattern, for comparison: a rising key that is constant over a block of events, such as a timestamp in seconds or an id range. The
/// partitions look even over a day, but at any moment one of them takes the whole load, and the events of a user are scattered.
/// </summary>
/// <param name="blockEvents">Number of successive events that share a key, 1 or more.</param>
public sealed class SequentialKeyStrategy(int blockEvents) : IKeyStrategy
{
    private readonly int _blockEvents = blockEvents >= 1 ? blockEvents : throw new ArgumentOutOfRangeException(nameof(blockEvents), blockEvents, "A block has at least 1 event.");

    public string Name => "sequential";

    public string KeyOf(in KeySource source) => (source.Sequence / _blockEvents).ToString(CultureInfo.InvariantCulture);
}
