using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>Finds the contents of one partition with which nobody has interacted for long, so that its state does not grow for ever.</summary>
/// <remarks>
/// Time is the log's, in steps, and part of the state, so that a replay finds the same contents. Each record draws it to its own time, by an hour or a quarter
/// of what is kept at most: one record with an absurd time makes nothing idle, and those after it draw the time back.
/// <para>
/// Every content lies in a bucket, by the time at which it becomes idle if nobody interacts with it; an interaction leaves it there. When the time of a bucket
/// has passed, its contents are taken out, a few with each entry: one that was touched goes to a later bucket. An entry brings at most one content and touches
/// one, so more than two looks for each entry keep up with any load.
/// </para>
/// <para>
/// A part of a spread content becomes idle sooner than a whole one. Its last counts go to the content's own partition, which adds them to its own.
/// </para>
/// </remarks>
internal sealed class IdleContents
{
    /// <summary>Contents that are looked at with one entry.</summary>
    public const int LooksPerEntry = 4;

    private const byte ClockStore = 22;
    private const byte BucketsStore = 23;
    private const byte ContentsStore = 24;
    private const string OnlyKey = "clock";
    private const long LongestStepMs = 10 * 60 * 1000;
    private const int StepsPerPeriod = 64;
    private const long LargestMoveMs = 60 * 60 * 1000;
    private const int BucketsPerPeriod = 16;

    private readonly IStateStore<string, LogClock> _clocks;
    private readonly IStateStore<string, IdleBuckets> _buckets;
    private readonly IStateStore<NumberedKey, string> _contents;
    private readonly IStateStore<string, ContentCounters> _counters;
    private readonly Func<string, bool> _isPart;
    private readonly long _keepMs;
    private readonly long _stepMs;
    private readonly long _largestMs;
    private readonly long _bucketMs;
    private bool _isSorted;

    /// <param name="context">The task.</param>
    /// <param name="counters">The contents, with those that a version without buckets left.</param>
    /// <param name="keep">How long they are kept.</param>
    /// <param name="isPart">Whether this partition counts only a part of a content.</param>
    public IdleContents(ITaskContext context, IStateStore<string, ContentCounters> counters, TimeSpan keep, Func<string, bool> isPart)
    {
        _clocks = context.OpenStore(ClockStore, "log-clock", StringKeyCodec.Instance, new LogClockCodec());
        _buckets = context.OpenStore(BucketsStore, "idle-buckets", StringKeyCodec.Instance, new IdleBucketsCodec());
        _contents = context.OpenStore(ContentsStore, "idle-contents", NumberedKeyCodec.Instance, StringKeyCodec.Instance);
        (_counters, _isPart) = (counters, isPart);
        _keepMs = (long)keep.TotalMilliseconds;
        _stepMs = Math.Clamp(_keepMs / StepsPerPeriod, 1, LongestStepMs);
        _largestMs = Math.Min(LargestMoveMs, _keepMs / 4);
        _bucketMs = _keepMs / BucketsPerPeriod;
    }

    /// <summary>The log's time, Unix milliseconds; 0 before the first record.</summary>
    public long Now => Clock.Now;

    private LogClock Clock => _clocks.TryGet(OnlyKey, out var clock) ? clock : default;

    /// <summary>Moves the time to a record's.</summary>
    /// <param name="timestamp">Unix milliseconds.</param>
    public void Advance(long timestamp)
    {
        if (!_isSorted)
            SortAll();
        _isSorted = true;
        if (timestamp <= 0)
            return;
        var before = Clock;
        var next = before.Now == 0 ? timestamp : Math.Clamp(timestamp, before.Now - _largestMs, before.Now + _largestMs);
        next -= next % _stepMs;
        // Records of several producers are not quite in order.
        if (next == before.Now || (next < before.Now && timestamp > before.Now - (2 * _largestMs)))
            return;
        _clocks.Put(OnlyKey, before with { Now = next });
    }

    /// <summary>Adds a content that is new, or was taken out and is to stay.</summary>
    /// <param name="contentId">The content.</param>
    /// <param name="touchedAt">The log's time at its last change.</param>
    public void Add(string contentId, long touchedAt)
    {
        var buckets = ReadBuckets();
        Add(buckets, contentId, touchedAt);
        Put(buckets);
    }

    /// <summary>Takes out a content whose bucket's time has passed; false if there is none.</summary>
    public bool TryTake([MaybeNullWhen(false)] out string contentId)
    {
        contentId = null;
        var clock = Clock;
        if (clock.Now < clock.NextLookAt)
            return false;
        var buckets = ReadBuckets();
        if (buckets.Count > 0 && EndOf(buckets[0]) <= clock.Now)
        {
            var (number, count) = buckets[0];
            var key = KeyOf(number, count - 1);
            if (!_contents.TryGet(key, out contentId))
                throw new InvalidDataException($"The state lists {count} contents to look at in bucket {number}, and does not hold them.");
            _contents.Remove(key);
            if (count == 1)
                buckets.RemoveAt(0);
            else
                buckets[0] = new(number, count - 1);
        }

        Put(buckets);
        return contentId is not null;
    }

    /// <summary>Whether nobody has interacted with a content for long.</summary>
    public bool IsIdle(string contentId, long touchedAt) => Now > IdleAt(contentId, touchedAt);

    private long IdleAt(string contentId, long touchedAt) => touchedAt + (_isPart(contentId) ? _keepMs : _keepMs + (_keepMs / 2));

    private long EndOf(IdleBucket bucket) => (bucket.Number + 1) * _bucketMs;

    private void Add(List<IdleBucket> buckets, string contentId, long touchedAt)
    {
        var number = Math.Max(IdleAt(contentId, touchedAt), Now) / _bucketMs;
        var at = buckets.Count;
        while (at > 0 && buckets[at - 1].Number >= number)
            at--;
        if (at == buckets.Count || buckets[at].Number != number)
            buckets.Insert(at, new(number, 0));
        _contents.Put(KeyOf(number, buckets[at].Count), contentId);
        buckets[at] = new(number, buckets[at].Count + 1);
    }

    private List<IdleBucket> ReadBuckets() => _buckets.TryGet(OnlyKey, out var stored) ? stored.Buckets : [];

    /// <summary>
    /// Sorts all contents into buckets, if they are not: in a state of a version without buckets they are in none, and those that were kept for another time lie in others.
    /// </summary>
    private void SortAll()
    {
        if (_buckets.TryGet(OnlyKey, out var stored) && stored.KeepMs == _keepMs)
            return;
        foreach (var key in _contents.Entries.Select(static content => content.Key).ToArray())
            _contents.Remove(key);
        var buckets = new List<IdleBucket>();
        var contents = _counters.Entries.Select(static content => (content.Key, content.Value.TouchedAt)).OrderBy(static content => content.Key, StringComparer.Ordinal);
        foreach (var (contentId, touchedAt) in contents)
            Add(buckets, contentId, touchedAt);
        Put(buckets);
    }

    private void Put(List<IdleBucket> buckets)
    {
        _buckets.Put(OnlyKey, new(_keepMs, buckets));
        var clock = Clock;
        var nextLookAt = buckets.Count > 0 ? EndOf(buckets[0]) : long.MaxValue;
        if (nextLookAt != clock.NextLookAt)
            _clocks.Put(OnlyKey, clock with { NextLookAt = nextLookAt });
    }

    private static NumberedKey KeyOf(long bucket, int number) => new(bucket.ToString(CultureInfo.InvariantCulture), number);
}

/// <summary>The log's time as a partition has seen it.</summary>
/// <param name="Now">Unix milliseconds.</param>
/// <param name="NextLookAt">When the time of the oldest bucket has passed.</param>
internal readonly record struct LogClock(long Now, long NextLookAt);

internal sealed class LogClockCodec : ICodec<LogClock>
{
    /// <summary>Version 1 had a flag in place of the time of the next look.</summary>
    private const byte OldestVersion = 1;

    private const byte FormatVersion = 2;

    public void Write(LogClock value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Signed(value.Now);
        writer.Signed(value.NextLookAt);
    }

    public LogClock Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "clock of the log");
        var version = reader.Version(OldestVersion, FormatVersion);
        var now = reader.Signed();
        var nextLookAt = version > OldestVersion ? reader.Signed() : 0;
        if (version == OldestVersion && reader.Byte() is var flag and > 1)
            throw reader.Invalid($"a flag is {flag}");
        reader.End();
        return new(now, nextLookAt);
    }
}

/// <summary>Contents that become idle in one span of time.</summary>
/// <param name="Number">Number of the span.</param>
/// <param name="Count">Number of the contents.</param>
internal readonly record struct IdleBucket(long Number, int Count);

/// <summary>All buckets that have contents.</summary>
/// <param name="KeepMs">How long contents are kept, which decides about their buckets.</param>
/// <param name="Buckets">Those of the earliest span first.</param>
internal sealed record IdleBuckets(long KeepMs, List<IdleBucket> Buckets);

internal sealed class IdleBucketsCodec : ICodec<IdleBuckets>
{
    private const byte FormatVersion = 1;

    public void Write(IdleBuckets value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Unsigned((ulong)value.KeepMs);
        writer.Count(value.Buckets.Count);
        foreach (var (number, count) in value.Buckets)
        {
            writer.Unsigned((ulong)number);
            writer.Count(count);
        }
    }

    public IdleBuckets Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "list of idle contents");
        reader.Version(FormatVersion);
        var keepMs = reader.Int64();
        var left = reader.Count();
        var buckets = new List<IdleBucket>(left + 1);
        for (; left > 0; left--)
        {
            var bucket = new IdleBucket(reader.Int64(), reader.Int32());
            if (bucket.Count == 0 || (buckets.Count > 0 && buckets[^1].Number >= bucket.Number))
                throw reader.Invalid("its buckets are empty or not in order");
            buckets.Add(bucket);
        }

        reader.End();
        return new(keepMs, buckets);
    }
}
