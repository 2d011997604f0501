using StreamSocial.Events;
using StreamSocial.Kafka.Records;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Ingest.HotKeys;

/// <summary>Decides what an instance writes to topic hot-keys, and what its records mean. Pure.</summary>
internal static class HotKeyRules
{
    private const int MostPartitions = 1_000_000;

    /// <summary>Reads a record of the topic, to which anybody may write. It is hot from when the log took it: the clocks of those who write may differ.</summary>
    /// <exception cref="InvalidDataException">The value has an absurd number.</exception>
    /// <exception cref="Google.Protobuf.InvalidProtocolBufferException">The value is not a hot content.</exception>
    public static HotContent Read(string contentId, byte[] value, DateTimeOffset appendedAt)
    {
        FieldCheck.Name("content_id", contentId);
        var content = HotContent.Parser.ParseFrom(value);
        FieldCheck.Number("spread", content.Spread, 1, MostPartitions);
        FieldCheck.Time("hot_at", content.HotAt);
        content.HotAt = appendedAt.ToUnixTimeMilliseconds();
        return content;
    }

    /// <summary>Whether a record of the topic still counts.</summary>
    /// <param name="content">The record.</param>
    /// <param name="table">The topic, whose clock counts.</param>
    /// <param name="now">The time by this instance's clock.</param>
    /// <param name="coolAfter">How long a record counts.</param>
    public static bool IsHot(HotContent content, TableSnapshot<string, HotContent> table, DateTimeOffset now, TimeSpan coolAfter) =>
        (table.Clock?.At(now) ?? now).ToUnixTimeMilliseconds() - content.HotAt < coolAfter.TotalMilliseconds;

    /// <summary>
    /// The records to write: contents that are hot and are not in the table, or have not been confirmed for half of the time after which they would
    /// be cold; and a tombstone (null) for those that have become cold. Several instances may write the same, which changes nothing.
    /// </summary>
    /// <param name="hot">What this instance finds hot.</param>
    /// <param name="table">The topic.</param>
    /// <param name="now">The time by this instance's clock.</param>
    /// <param name="options">This instance's options.</param>
    public static IReadOnlyList<KeyValuePair<string, HotContent?>> FindChanges(
        IReadOnlyCollection<string> hot, TableSnapshot<string, HotContent> table, DateTimeOffset now, HotKeyOptions options)
    {
        var changes = new List<KeyValuePair<string, HotContent?>>();
        foreach (var content in hot)
        {
            if (!table.Entries.TryGetValue(content, out var known) || !IsHot(known, table, now, options.CoolAfter / 2))
                changes.Add(new(content, new() { Spread = options.Partitions, HotAt = now.ToUnixTimeMilliseconds() }));
        }

        foreach (var (content, known) in table.Entries)
        {
            if (!IsHot(known, table, now, options.CoolAfter) && !hot.Contains(content))
                changes.Add(new(content, null));
        }

        return changes;
    }
}
