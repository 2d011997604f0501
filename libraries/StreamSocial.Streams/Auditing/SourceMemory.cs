using System.Globalization;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Auditing;

/// <summary>
/// When each source outside the runtime was last heard, so that those are forgotten which can send nothing any more: whoever writes from outside begins a
/// new source with each start. Times are those of the log, in steps of an eighth of what is kept, and part of the task's state. Used by the task only.
/// </summary>
/// <remarks>
/// A record of a forgotten source would count as a loss of all before it, and a repeat of one as new. So a source must be silent for longer than any of its
/// records can still be in the topic, and writers begin new sources more often than that.
/// </remarks>
internal sealed class SourceMemory(IStateStore<string, long> heard, SourceExpiry expiry, TimeSpan keep)
{
    private const int Steps = 8;

    private readonly long _stepMs = Math.Max(1, (long)(keep.TotalMilliseconds / Steps));
    private long _latest;
    private long _swept = -1;
    private long? _highest;

    /// <summary>A record has a time.</summary>
    /// <param name="timestamp">Unix milliseconds.</param>
    public void Observe(long timestamp) => _latest = Math.Max(_latest, timestamp);

    /// <summary>Remembers that sources were heard.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="now">The member's clock, Unix milliseconds: no record is believed that it is from later.</param>
    public void Touch(IEnumerable<string> sources, long now)
    {
        if (_latest == 0)
            return;
        var step = StepAt(now);
        foreach (var source in sources)
        {
            if (!expiry.IsTask(source) && (!heard.TryGet(source, out var last) || last < step))
                heard.Put(source, step);
        }
    }

    /// <summary>Takes the sources that are forgotten by now.</summary>
    /// <param name="known">All sources; those that were never touched, in a state of an earlier version, count as heard now.</param>
    /// <param name="now">The member's clock, Unix milliseconds.</param>
    public IReadOnlyList<string> TakeForgotten(IEnumerable<string> known, long now)
    {
        // Before the first record of this run, the log's time is not known.
        if (_latest == 0)
            return [];
        var step = StepAt(now);
        if (step <= _swept)
            return [];
        _swept = step;
        Touch(known.Where(source => !heard.TryGet(source, out _)).ToArray(), now);
        string[] forgotten = [.. heard.Entries.Where(source => source.Value + Steps < step).Select(source => source.Key)];
        foreach (var source in forgotten)
            heard.Remove(source);
        return forgotten;
    }

    /// <summary>Not before what the state says already: the clock of this member may be behind that of an earlier owner.</summary>
    private long StepAt(long now)
    {
        _highest ??= heard.Entries.Select(source => source.Value).DefaultIfEmpty().Max();
        _highest = Math.Max(_highest.Value, Math.Min(_latest, now) / _stepMs);
        return _highest.Value;
    }
}

/// <summary>Which sources may be forgotten, and when.</summary>
/// <param name="KeepOf">By input topic: how long a silent source is remembered; null: for ever.</param>
/// <param name="InputTopics">The inputs of the group's stages, whose tasks are sources that are never forgotten: there are only so many.</param>
internal sealed record SourceExpiry(Func<string, TimeSpan?> KeepOf, IReadOnlySet<string> InputTopics)
{
    /// <summary>Shortest time that is kept: clocks and retries may be late by hours.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromDays(1);

    /// <summary>No source is forgotten.</summary>
    public static SourceExpiry Never { get; } = new(static _ => null, new HashSet<string>());

    /// <summary>Sources are forgotten after what is configured, or after twice the retention of the topic that they write, and then not within a day.</summary>
    public static SourceExpiry AfterRetention(Func<string, TimeSpan?> retentionOf, TimeSpan? configured, IEnumerable<string> inputTopics) => new(
        topic => configured ?? (retentionOf(topic) is { } retention ? Longer(retention * 2, Shortest) : null),
        inputTopics.ToHashSet(StringComparer.Ordinal));

    /// <summary>Whether a source is a task of the group.</summary>
    public bool IsTask(string source)
    {
        var task = EdgeNames.TaskOf(source);
        var slash = task.LastIndexOf('/');
        return slash > 0 && int.TryParse(task[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _) && InputTopics.Contains(source[..slash]);
    }

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
