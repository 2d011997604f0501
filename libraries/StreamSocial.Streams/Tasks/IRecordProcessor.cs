using StreamSocial.Streams.Emitting;

namespace StreamSocial.Streams.Tasks;

/// <summary>
/// The logic of one task: a deterministic function of its stores and the entry. Same stores, same entry: same changes and same
/// emitted entries, in the same order. No clock, no randomness, no reads elsewhere; time is the entry's.
/// </summary>
/// <remarks>
/// One instance serves one partition. <see cref="Process"/> is never called concurrently for one instance, nor while a reader
/// holds the task (see <see cref="Reading.ITaskReader"/>).
/// </remarks>
public interface IRecordProcessor
{
    /// <summary>Applies one entry.</summary>
    /// <exception cref="Exception">The entry is poison; whatever the stores took from it is kept, so check before changing.</exception>
    void Process(in InputEntry entry, IEmitter emitter);
}

/// <summary>One entry as a processor sees it.</summary>
/// <param name="Key">The record's key; empty for a run addressed to a partition.</param>
/// <param name="Payload">The serialised message; valid only during the call.</param>
/// <param name="Timestamp">The record's timestamp, Unix milliseconds.</param>
/// <param name="Offset">The record's offset in its input partition.</param>
public readonly record struct InputEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Payload, long Timestamp, long Offset);

/// <summary>A kind of task: which topic it consumes, where its state is logged, and what it does.</summary>
/// <param name="Name">Name in metrics, logs and reads, for example <c>feeds</c>.</param>
/// <param name="InputTopic">Each partition of it is one task.</param>
/// <param name="StateTopic">Changelog with the same partition count.</param>
/// <param name="CreateProcessor">Makes the processor of one task.</param>
public sealed record StageDefinition(
    string Name, string InputTopic, string StateTopic, Func<ITaskContext, IRecordProcessor> CreateProcessor);
