using System.Collections.Immutable;
using StreamSocial.Streams.Emitting;

namespace StreamSocial.Streams.Tasks;

/// <summary>
/// The logic of one task: a deterministic function of its stores and the entry. The same stores and entry always give the same changes and the
/// same emitted entries in the same order. It uses no clock, no randomness and no other data; its time is the entry's timestamp.
/// </summary>
/// <remarks>
/// One instance serves one partition. <see cref="Process"/> is never called concurrently for one instance, nor while a reader uses the task
/// (see <see cref="Reading.ITaskReader"/>).
/// </remarks>
public interface IRecordProcessor
{
    /// <summary>Applies one entry.</summary>
    /// <param name="entry">The entry; valid only during the call.</param>
    /// <param name="emitter">Takes the outputs.</param>
    /// <exception cref="Exception">
    /// The entry cannot be processed. The task goes back to its last checkpoint, so that nothing remains of the failed try, and the entry is tried up to
    /// <see cref="StreamsOptions.MaxTries"/> times before it goes to the dead-letter topic. That takes a restore for each try: what can be known to
    /// fail before anything is changed should throw <see cref="InvalidEntryException"/>, which costs none.
    /// </exception>
    void Process(in InputEntry entry, IEmitter emitter);
}

/// <summary>One entry as a processor sees it.</summary>
/// <param name="Key">The record's key; empty for a run addressed to a partition.</param>
/// <param name="Payload">The serialised message; valid only during the call.</param>
/// <param name="Timestamp">The record's timestamp, Unix milliseconds.</param>
/// <param name="Offset">The record's offset in its input partition.</param>
public readonly record struct InputEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Payload, long Timestamp, long Offset);

/// <summary>A kind of task: its input topic, its changelog and its processor.</summary>
/// <param name="Name">Name in metrics, logs and reads, for example <c>feeds</c>.</param>
/// <param name="InputTopic">Its input; each partition is one task.</param>
/// <param name="StateTopic">Its changelog, with the same partition count.</param>
/// <param name="CreateProcessor">Creates the processor of one task.</param>
public sealed record StageDefinition(
    string Name, string InputTopic, string StateTopic, Func<ITaskContext, IRecordProcessor> CreateProcessor)
{
    /// <summary>
    /// The topics it writes, besides its changelog. On a cluster that keeps only the last records of a partition the stage waits where their
    /// consumers in the group are too far behind. Default none.
    /// </summary>
    public ImmutableArray<string> Outputs { get; init; } = [];
}
