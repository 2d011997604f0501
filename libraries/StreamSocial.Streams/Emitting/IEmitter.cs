using Google.Protobuf;

namespace StreamSocial.Streams.Emitting;

/// <summary>
/// Takes what a processor emits. Entries of one task to one partition arrive in order, each with effect exactly once if a task receives them; a reader of a
/// keyed topic may meet some again, in order too, after a takeover.
/// </summary>
public interface IEmitter
{
    /// <summary>Emits an entry to an explicit partition; consecutive entries to the same partition share one record (an entry run).</summary>
    void Emit(string topic, int partition, IMessage payload);

    /// <summary>Emits a record of its own with a key, to the key's murmur2 partition; for topics that others consume or that are compacted.</summary>
    void EmitKeyed(string topic, string key, IMessage payload);

    /// <summary>The same to an explicit partition, for compacted topics whose keys lie together by another rule; a null payload is a tombstone.</summary>
    void EmitKeyed(string topic, int partition, string key, IMessage? payload);
}
