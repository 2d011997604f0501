using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Contracts;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>Keys and headers of the runtime's own records in a changelog; keys of store entries start with the store's id.</summary>
internal static class ChangelogKeys
{
    /// <summary>
    /// Version of the format; a reader refuses a newer one. In version 1 the checksum is made from SHA-256, which is no longer computed;
    /// in version 2 from XxHash3, see <see cref="State.StateChecksum"/>.
    /// </summary>
    public const int Version = 2;

    /// <summary>The first version whose checksum this program computes.</summary>
    public const int FirstVerifiableVersion = 2;

    /// <summary>Header with the offset of the owner's fencing record, on every record written after it.</summary>
    public const string OwnerHeader = "owner";

    /// <summary>Key of the commit record.</summary>
    public static readonly byte[] Commit = [0, (byte)'c'];

    /// <summary>Key of the fencing record.</summary>
    public static readonly byte[] Fence = [0, (byte)'o'];
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

/// <summary>How much of a changelog partition was written since the last whole copy of the state began.</summary>
/// <param name="Bytes">Bytes of keys and values.</param>
/// <param name="Records">Number of records.</param>
internal readonly record struct ChangelogGrowth(long Bytes, long Records)
{
    public static ChangelogGrowth operator +(ChangelogGrowth left, ChangelogGrowth right) => new(left.Bytes + right.Bytes, left.Records + right.Records);
}
