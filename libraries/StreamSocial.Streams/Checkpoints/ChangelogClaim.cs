using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Contracts;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>Writes claims: from its own offset on, a claim makes what earlier owners write invalid.</summary>
internal static class ChangelogClaim
{
    /// <summary>Sends a claim; its number is the offset that the handler is told.</summary>
    public static void Send(IRecordSender sender, TopicPartition changelog, string memberId, TimeProvider time, IDeliveryHandler handler)
    {
        var claim = new ClaimRecord { Version = ChangelogKeys.Version, MemberId = memberId, WrittenAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        var message = new Message<byte[]?, byte[]?> { Key = ChangelogKeys.Claim, Value = claim.ToByteArray() };
        sender.Send(changelog.Topic, changelog.Partition.Value, message, handler, token: 0);
    }
}
