using Google.Protobuf;

namespace StreamSocial.Streams.Emitting;

/// <summary>
/// Takes what a processor emits. Entries of one task to one partition arrive in order, and each takes effect exactly once if a task receives
/// them. Another reader of the topic may see some again, also in order, after a partition has moved.
/// </summary>
public interface IEmitter
{
    /// <summary>Emits an entry to an explicit partition. Entries that are sent to a partition at one time share a record (an entry run).</summary>
    /// <param name="topic">One of the application's topics.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="payload">The entry.</param>
    /// <exception cref="KeyNotFoundException">The application has no such topic.</exception>
    /// <exception cref="RecordTooLargeException">The entry does not fit into a record.</exception>
    void Emit(string topic, int partition, IMessage payload);

    /// <summary>Emits a separate record with a key to the key's murmur2 partition; for topics that others consume or that are compacted.</summary>
    /// <exception cref="KeyNotFoundException">The application has no such topic.</exception>
    /// <exception cref="RecordTooLargeException">Key and payload do not fit into a record.</exception>
    void EmitKeyed(string topic, string key, IMessage payload);

    /// <summary>Emits a separate record with a key to an explicit partition; for compacted topics whose keys are partitioned by another rule.</summary>
    /// <param name="topic">One of the application's topics.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="key">The record's key.</param>
    /// <param name="payload">The value; null is a tombstone.</param>
    /// <exception cref="KeyNotFoundException">The application has no such topic.</exception>
    /// <exception cref="RecordTooLargeException">Key and payload do not fit into a record.</exception>
    void EmitKeyed(string topic, int partition, string key, IMessage? payload);
}
