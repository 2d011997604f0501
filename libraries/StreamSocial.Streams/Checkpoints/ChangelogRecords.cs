using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Contracts;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>Keys and headers of the runtime's own records in a changelog; keys of store entries start with the store's id.</summary>
internal static class ChangelogKeys
{
    /// <summary>
    /// Version of the format; a reader refuses a newer one. 1: the checksum is made from SHA-256, which is no longer computed.
    /// 2: from XxHash3, see <see cref="State.StateChecksum"/>.
    /// </summary>
    public const int Version = 2;

    /// <summary>The first version whose checksum this program computes.</summary>
    public const int FirstVerifiableVersion = 2;

    /// <summary>Header with the owner's claim offset on every record that is written under a claim.</summary>
    public const string OwnerHeader = "owner";

    /// <summary>Key of the commit record.</summary>
    public static readonly byte[] Commit = [0, (byte)'c'];

    /// <summary>Key of the claim record.</summary>
    public static readonly byte[] Claim = [0, (byte)'o'];
}

/// <summary>Writes claims: from its own offset on, a claim makes what earlier owners write invalid.</summary>
internal static class FencingRecords
{
    /// <summary>Sends a claim; its number is the offset that the handler is told.</summary>
    public static void Send(IRecordSender sender, TopicPartition changelog, string memberId, TimeProvider time, IDeliveryHandler handler)
    {
        var claim = new FencingRecord { Version = ChangelogKeys.Version, MemberId = memberId, WrittenAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        var message = new Message<byte[]?, byte[]?> { Key = ChangelogKeys.Claim, Value = claim.ToByteArray() };
        sender.Send(changelog.Topic, changelog.Partition.Value, message, handler, token: 0);
    }
}
