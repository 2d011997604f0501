using System.Buffers;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>Finds the contents of one partition with which nobody has interacted for long, so that its state does not grow for ever.</summary>
/// <remarks>
/// Time is the log's, in steps, and part of the state, so that a replay finds the same contents. Each record draws it to its own time, by an hour or a quarter
/// of what is kept at most: one record with an absurd time makes nothing idle, and those after it draw the time back.
/// <para>
/// A part of a spread content becomes idle sooner than a whole one. Its last counts go to the content's own partition, which adds them to its own.
/// </para>
/// </remarks>
internal sealed class IdleContents(IStateStore<string, LogClock> clocks, IStateStore<string, ContentCounters> counters, long keepMs)
{
    /// <summary>Contents that are forgotten at once; the rest has to wait for the next step.</summary>
    public const int MaxForgotten = 1_000;

    private const string OnlyKey = "clock";
    private const long LongestStepMs = 10 * 60 * 1000;
    private const int StepsPerPeriod = 64;
    private const long LargestMoveMs = 60 * 60 * 1000;
    private const int SweepsPerPeriod = 16;

    private readonly long _stepMs = Math.Clamp(keepMs / StepsPerPeriod, 1, LongestStepMs);
    private readonly long _largestMs = Math.Min(LargestMoveMs, keepMs / 4);
    private readonly long _sweepMs = keepMs / SweepsPerPeriod;

    /// <summary>The log's time, Unix milliseconds; 0 before the first record.</summary>
    public long Now => clocks.TryGet(OnlyKey, out var clock) ? clock.Now : 0;

    /// <summary>Moves the time to a record's.</summary>
    /// <param name="timestamp">Unix milliseconds.</param>
    /// <returns>Whether it is time to look for idle contents.</returns>
    public bool Advance(long timestamp)
    {
        clocks.TryGet(OnlyKey, out var before);
        if (timestamp <= 0)
            return false;
        var next = before.Now == 0 ? timestamp : Math.Clamp(timestamp, before.Now - _largestMs, before.Now + _largestMs);
        next -= next % _stepMs;
        // Records of several producers are not quite in order.
        if (next == before.Now || (next < before.Now && timestamp > before.Now - (2 * _largestMs)))
            return false;
        var isDue = before.Now > 0 && next > before.Now && (before.IsBehind || next / _sweepMs != before.Now / _sweepMs);
        clocks.Put(OnlyKey, new LogClock(next, before.IsBehind && !isDue));
        return isDue;
    }

    /// <summary>The contents to forget, those that have been idle longest first.</summary>
    /// <param name="isPart">Whether this partition counts only a part of the content.</param>
    public IReadOnlyList<string> Find(Func<string, bool> isPart)
    {
        var now = Now;
        var idle = counters.Entries
            .Where(content => now - content.Value.TouchedAt > (isPart(content.Key) ? keepMs : keepMs + (keepMs / 2)))
            .OrderBy(content => content.Value.TouchedAt)
            .ThenBy(content => content.Key, StringComparer.Ordinal)
            .Take(MaxForgotten)
            .Select(content => content.Key)
            .ToList();
        if (idle.Count == MaxForgotten)
            clocks.Put(OnlyKey, new LogClock(now, IsBehind: true));
        return idle;
    }
}

/// <summary>The log's time as a partition has seen it.</summary>
/// <param name="Now">Unix milliseconds.</param>
/// <param name="IsBehind">Whether more contents are idle than were forgotten.</param>
internal readonly record struct LogClock(long Now, bool IsBehind);

internal sealed class LogClockCodec : ICodec<LogClock>
{
    private const byte FormatVersion = 1;

    public void Write(LogClock value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Signed(value.Now);
        writer.Byte(value.IsBehind ? (byte)1 : (byte)0);
    }

    public LogClock Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "clock of the log");
        reader.Version(FormatVersion);
        var clock = new LogClock(reader.Signed(), reader.Byte() switch
        {
            0 => false,
            1 => true,
            var other => throw reader.Invalid($"a flag is {other}"),
        });
        reader.End();
        return clock;
    }
}
