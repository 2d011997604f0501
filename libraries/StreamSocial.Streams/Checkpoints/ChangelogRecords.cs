using StreamSocial.Kafka.Records;
using System.Buffers.Binary;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Contracts;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>Keys and headers of the runtime's own records in a changelog; keys of store entries start with the store's id.</summary>
internal static class ChangelogKeys
{
    /// <summary>
    /// Version of the format; a reader refuses a newer one. In version 1 the checksum is made from SHA-256, which is no longer computed;
    /// in version 2 from XxHash3, see <see cref="State.StateChecksum"/>. Since version 3 a value may lie in parts, see <see cref="ChangelogRecord"/>.
    /// Since version 4 changes lie in packs, see <see cref="ChangePack"/>, and what is before the last full copy does not count.
    /// </summary>
    public const int Version = 4;

    /// <summary>The first version whose checksum this program computes.</summary>
    public const int FirstVerifiableVersion = 2;

    /// <summary>Header with the offset of the owner's fencing record, on every record written after it.</summary>
    public const string OwnerHeader = "owner";

    /// <summary>Header on the record of an entry whose value lies in parts: their number.</summary>
    public const string PartsHeader = "parts";

    /// <summary>Header on a pack: the number of its checkpoint.</summary>
    public const string CheckpointHeader = "checkpoint";

    /// <summary>Key of the commit record.</summary>
    public static readonly byte[] Commit = [0, (byte)'c'];

    /// <summary>Key of the fencing record.</summary>
    public static readonly byte[] Fence = [0, (byte)'o'];

    /// <summary>Key of an operator's reset.</summary>
    public static readonly byte[] Reset = [0, (byte)'r'];

    private const int PartPrefixBytes = 2 + sizeof(int);

    /// <summary>Key of a part of an entry's value.</summary>
    /// <param name="entry">The entry's own key.</param>
    /// <param name="index">Place of the part, from 0.</param>
    public static byte[] Part(ReadOnlySpan<byte> entry, int index)
    {
        var key = new byte[PartPrefixBytes + entry.Length];
        (key[0], key[1]) = (0, (byte)'p');
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(2), index);
        entry.CopyTo(key.AsSpan(PartPrefixBytes));
        return key;
    }

    /// <summary>Key of a pack.</summary>
    /// <param name="copies">Full copies so far: two periods in a row have different keys, every other one the same.</param>
    /// <param name="number">Place of the pack since the last full copy began, from 0.</param>
    public static byte[] Pack(long copies, int number)
    {
        var key = new byte[3 + sizeof(int)];
        (key[0], key[1], key[2]) = (0, (byte)'b', (byte)(copies & 1));
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(3), number);
        return key;
    }

    public static bool IsPack(ReadOnlySpan<byte> key) => key is [0, (byte)'b', ..];

    public static bool IsPart(ReadOnlySpan<byte> key) => key.Length > PartPrefixBytes && key[0] == 0 && key[1] == (byte)'p';
}

/// <summary>A record that a checkpoint writes to the changelog.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value; null deletes.</param>
/// <param name="Parts">
/// 0, or into how many records of their own (<see cref="ChangelogKeys.Part"/>) the value is cut because it is too large for one: they come
/// before this record, whose value is empty.
/// </param>
internal readonly record struct ChangelogRecord(byte[] Key, byte[]? Value, int Parts)
{
    /// <summary>Of a pack: the number of its checkpoint; otherwise 0.</summary>
    public long Checkpoint { get; init; }

    /// <summary>Whether it needs a header.</summary>
    public bool HasHeader => Parts > 0 || Checkpoint > 0;

    /// <summary>Cuts an entry into records.</summary>
    /// <param name="key">The entry's key.</param>
    /// <param name="value">Its value; null when it was removed.</param>
    /// <param name="maxDataBytes">Most bytes of a record's key and value.</param>
    /// <param name="partsBefore">How many parts the changelog has of it; those that are no longer needed are deleted.</param>
    public static IEnumerable<ChangelogRecord> Of(byte[] key, byte[]? value, int maxDataBytes, int partsBefore)
    {
        var length = value?.Length ?? 0;
        var parts = 0;
        if (key.Length + length > maxDataBytes)
        {
            // A part has at least one byte even if the key alone is too large: the brokers' answer then says so.
            var partBytes = Math.Max(1, maxDataBytes - ChangelogKeys.Part(key, 0).Length);
            for (var start = 0; start < length; start += partBytes, parts++)
                yield return new(ChangelogKeys.Part(key, parts), value.AsSpan(start, Math.Min(partBytes, length - start)).ToArray(), 0);
        }
        for (var unused = parts; unused < partsBefore; unused++)
            yield return new(ChangelogKeys.Part(key, unused), null, 0);
        yield return new(key, parts > 0 ? [] : value, parts);
    }

    /// <summary>The headers that say how many parts there are, and of which checkpoint a pack is; none when neither is so.</summary>
    public void AddHeader(Headers headers)
    {
        if (Parts > 0)
            headers.Add(ChangelogKeys.PartsHeader, RecordHeaders.EncodeSequence(Parts));
        if (Checkpoint > 0)
            headers.Add(ChangelogKeys.CheckpointHeader, RecordHeaders.EncodeSequence(Checkpoint));
    }

    /// <summary>The number of a pack's checkpoint; that of an earlier version of this program, which does not say it, is later than any.</summary>
    public static long CheckpointOf(Headers? headers) =>
        headers.TryGet(ChangelogKeys.CheckpointHeader, out var bytes) && RecordHeaders.TryDecodeSequence(bytes, out var checkpoint) ? checkpoint : long.MaxValue;

    /// <summary>How many parts a record of the changelog announces.</summary>
    public static int PartsOf(Headers? headers) =>
        headers.TryGet(ChangelogKeys.PartsHeader, out var bytes) && RecordHeaders.TryDecodeSequence(bytes, out var parts)
            ? (int)Math.Clamp(parts, 0, int.MaxValue)
            : 0;
}

/// <summary>Writes fencing records: readers ignore what earlier owners write after one.</summary>
internal static class FencingRecords
{
    /// <summary>Sends a fencing record. The offset that the handler receives identifies the new owner.</summary>
    public static void Send(IRecordSender sender, TopicPartition changelog, string memberId, TimeProvider time, IDeliveryHandler handler)
    {
        var record = new FencingRecord { Version = ChangelogKeys.Version, MemberId = memberId, WrittenAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        var message = new Message<byte[]?, byte[]?> { Key = ChangelogKeys.Fence, Value = record.ToByteArray() };
        sender.Send(changelog.Topic, changelog.Partition.Value, message, handler, token: 0);
    }
}

/// <summary>How much of a changelog partition was written since the last full copy of the state began.</summary>
/// <param name="Bytes">Bytes of the records' keys and values, rounded up.</param>
/// <param name="Records">Number of records.</param>
internal readonly record struct ChangelogGrowth(long Bytes, long Records)
{
    public static ChangelogGrowth operator +(ChangelogGrowth left, ChangelogGrowth right) => new(left.Bytes + right.Bytes, left.Records + right.Records);
}
