using System.Globalization;
using CommunityToolkit.HighPerformance.Buffers;

namespace StreamSocial.Streams.Tasks;

/// <summary>
/// Names of the ends of edges. All tasks of a process hear of the same ones, so they share the strings, as far as there is room: names that nobody has used for
/// long make room for others.
/// </summary>
internal static class EdgeNames
{
    /// <summary>Names that are shared at least, more than there are partitions of the topics between two stages.</summary>
    private const int Shared = 8 * 1024;

    private const int PartitionDigits = 10;

    /// <summary>Stands before the time at which a task's edges began anew; no name of a topic has it.</summary>
    private const char BegunAt = '~';

    private static readonly StringPool Pool = new(Shared);

    /// <summary>The name in a string.</summary>
    public static string Of(ReadOnlySpan<char> name) => Pool.GetOrAdd(name);

    /// <summary>The name of the edges from, or to, a partition: <c>topic/partition</c>.</summary>
    public static string Of(string topic, int partition)
    {
        Span<char> name = stackalloc char[topic.Length + 1 + PartitionDigits];
        topic.CopyTo(name);
        name[topic.Length] = '/';
        partition.TryFormat(name[(topic.Length + 1)..], out var digits, provider: CultureInfo.InvariantCulture);
        return Pool.GetOrAdd(name[..(topic.Length + 1 + digits)]);
    }

    /// <summary>
    /// The name under which a task numbers what it emits: <c>topic/partition</c>, and behind it <c>~milliseconds</c> once its edges have begun anew. Receivers
    /// know the numbers of a name for good and would take those of a new beginning for repeats.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="edgesBegunAt">Unix milliseconds; 0 when its edges have never begun anew.</param>
    public static string SourceOf(TaskId task, long edgesBegunAt) =>
        edgesBegunAt == 0 ? task.ToString() : string.Create(CultureInfo.InvariantCulture, $"{task}{BegunAt}{edgesBegunAt}");

    /// <summary>The <c>topic/partition</c> of a task's name as a source; of others, what may be one.</summary>
    public static ReadOnlySpan<char> TaskOf(ReadOnlySpan<char> source) => source.IndexOf(BegunAt) is >= 0 and var end ? source[..end] : source;
}
