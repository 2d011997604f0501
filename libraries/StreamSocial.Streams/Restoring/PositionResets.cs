using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;

namespace StreamSocial.Streams.Restoring;

/// <summary>
/// An operator's way out for a task that cannot run: a record in its changelog says where it goes on, and whether its state is kept. It counts for the
/// next restore, and no longer once a checkpoint follows it.
/// </summary>
public static class PositionResets
{
    /// <summary>The record that resets a task.</summary>
    /// <param name="nextOffset">First input offset that the task processes then; 0 or more.</param>
    /// <param name="dropState">Whether it begins with an empty state.</param>
    /// <param name="time">When it is written.</param>
    public static Message<byte[]?, byte[]?> CreateRecord(long nextOffset, bool dropState, DateTimeOffset time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nextOffset);
        var reset = new PositionReset { Version = ChangelogKeys.Version, NextOffset = nextOffset, DropState = dropState, WrittenAt = time.ToUnixTimeMilliseconds() };
        return new Message<byte[]?, byte[]?> { Key = ChangelogKeys.Reset, Value = reset.ToByteArray() };
    }
}
