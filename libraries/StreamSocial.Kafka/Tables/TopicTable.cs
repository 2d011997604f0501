using System.Collections.Immutable;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Tables;

/// <summary>A topic with a single partition as a table of the last value of each key.</summary>
public sealed class TopicTable<TKey, TValue> : TopicTail
    where TKey : notnull
{
    private readonly Func<byte[], TKey> _readKey;
    private readonly Func<TKey, byte[], DateTimeOffset, TValue> _readValue;
    private readonly ImmutableDictionary<TKey, TValue>.Builder _entries = ImmutableDictionary.CreateBuilder<TKey, TValue>();
    private readonly LatestValue<TableSnapshot<TKey, TValue>> _snapshots =
        new(new TableSnapshot<TKey, TValue>(0, ImmutableDictionary<TKey, TValue>.Empty, IsCaughtUp: false), snapshot => snapshot.Version);

    /// <param name="topic">What to read.</param>
    /// <param name="readKey">Reads a key.</param>
    /// <param name="readValue">Reads a value, given its key and when the log took it. What it throws makes the record a skipped one.</param>
    /// <param name="consumer">Reads the topic, and nothing else.</param>
    /// <param name="time">The reader's clock.</param>
    /// <param name="logger">Takes what goes wrong.</param>
    public TopicTable(
        string topic, Func<byte[], TKey> readKey, Func<TKey, byte[], DateTimeOffset, TValue> readValue, IConsumer<byte[]?, byte[]?> consumer, TimeProvider time,
        ILogger<TopicTable<TKey, TValue>> logger)
        : base(topic, partitions: 1, consumer, time, logger)
    {
        (_readKey, _readValue) = (readKey, readValue);
    }

    /// <summary>The latest snapshot.</summary>
    public TableSnapshot<TKey, TValue> Current => _snapshots.Current;

    /// <summary>Whether the topic was read to its end once.</summary>
    public bool IsCaughtUp => Current.IsCaughtUp;

    /// <summary>Completes when a snapshot newer than <paramref name="version"/> is there.</summary>
    public Task<TableSnapshot<TKey, TValue>> WaitForNewerAsync(long version, CancellationToken cancellationToken) =>
        _snapshots.WaitForNewerAsync(version, cancellationToken);

    /// <summary>Completes when the topic was read to its end once.</summary>
    public async Task<TableSnapshot<TKey, TValue>> WaitUntilCaughtUpAsync(CancellationToken cancellationToken)
    {
        var snapshot = Current;
        while (!snapshot.IsCaughtUp)
            snapshot = await WaitForNewerAsync(snapshot.Version, cancellationToken);
        return snapshot;
    }

    protected override bool Apply(in TableRecord record)
    {
        var key = _readKey(record.Key);
        if (record.Value is not { } value)
            return _entries.Remove(key);
        _entries[key] = _readValue(key, value, record.AppendedAt);
        return true;
    }

    protected override void OnBatchRead(bool changed, bool isCaughtUp)
    {
        if (changed || isCaughtUp != IsCaughtUp)
            _snapshots.Publish(new TableSnapshot<TKey, TValue>(Current.Version + 1, _entries.ToImmutable(), isCaughtUp) { Clock = Clock });
    }
}
