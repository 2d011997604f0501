using System.Diagnostics.CodeAnalysis;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Reading;

/// <summary>Reads the state of tasks that run in this process.</summary>
public interface ITaskReader
{
    /// <summary>
    /// Runs <paramref name="read"/> on the processor of a task while the task is paused. Keep it short, and copy what it returns.
    /// </summary>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="partition">The input partition.</param>
    /// <param name="read">Reads the processor.</param>
    /// <param name="result">What <paramref name="read"/> returned; the default value unless the task runs here.</param>
    /// <returns>Whether the task runs here.</returns>
    /// <exception cref="KeyNotFoundException">The application has no such stage.</exception>
    TaskAvailability TryRead<TProcessor, TResult>(
        string stage, int partition, Func<TProcessor, TResult> read, [MaybeNull] out TResult result)
        where TProcessor : class, IRecordProcessor;

    /// <summary>Partitions of a stage that run in this process now.</summary>
    /// <exception cref="KeyNotFoundException">The application has no such stage.</exception>
    IReadOnlyList<int> RunningPartitions(string stage);
}

/// <summary>Whether a task can be read in this process.</summary>
public enum TaskAvailability
{
    /// <summary>Another member owns the partition, or none.</summary>
    NotHere,

    /// <summary>
    /// This member owns the partition and restores its state, or processes what came before it took over: wait. What it could show now may be older than
    /// what the last owner showed.
    /// </summary>
    Restoring,

    /// <summary>This member owns the partition, but its task has failed; it is tried again.</summary>
    Failed,

    /// <summary>The task runs here.</summary>
    Running,
}
