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
