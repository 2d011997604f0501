using System.Diagnostics.CodeAnalysis;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Reading;

/// <summary>Reads the state of tasks that run in this process.</summary>
public interface ITaskReader
{
    /// <summary>
    /// Runs <paramref name="read"/> on the processor of a task while the task stands still; keep it short and copy what is returned.
    /// </summary>
    /// <returns>Where the task is; <paramref name="result"/> is set only for <see cref="TaskAvailability.Running"/>.</returns>
    TaskAvailability TryRead<TProcessor, TResult>(
        string stage, int partition, Func<TProcessor, TResult> read, [MaybeNull] out TResult result)
        where TProcessor : class, IRecordProcessor;

    /// <summary>Partitions of a stage that run in this process now.</summary>
    IReadOnlyList<int> RunningPartitions(string stage);
}

/// <summary>Whether a task can be read in this process.</summary>
public enum TaskAvailability
{
    /// <summary>Another member owns the partition, or none.</summary>
    NotHere,

    /// <summary>The partition is this member's, its state is being restored: wait.</summary>
    Restoring,

    /// <summary>The task runs here.</summary>
    Running,
}
