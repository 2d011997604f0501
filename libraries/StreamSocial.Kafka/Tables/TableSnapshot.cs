using System.Collections.Immutable;

namespace StreamSocial.Kafka.Tables;

/// <summary>The last value of each key of a topic, as of one moment.</summary>
/// <param name="Version">Rises with every snapshot that differs.</param>
/// <param name="Entries">By key; a tombstone removes its key.</param>
/// <param name="IsCaughtUp">False until the topic was read to its end once: what is missing is unknown, not absent.</param>
public sealed record TableSnapshot<TKey, TValue>(long Version, ImmutableDictionary<TKey, TValue> Entries, bool IsCaughtUp)
    where TKey : notnull
{
    /// <summary>The topic's clock; null before its first record.</summary>
    public LogClock? Clock { get; init; }
}
