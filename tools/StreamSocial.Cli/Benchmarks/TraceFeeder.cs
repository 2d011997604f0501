using StreamSocial.Cli.Benchmarks.Feeds;
using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Replay.Messages;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>Writes a trace as the peers' feeder does: the first lines are follows, at once; then each line is a follow and a post when it is due.</summary>
internal sealed class TraceFeeder : IDisposable
{
    /// <summary>Lines before the trace's busiest hour: at ours, as at the peers, only follows, so that posts have readers.</summary>
    public const long BusiestHour = 90_000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly HiggsTraceReader _trace;
    private readonly IEnumerator<HiggsLine> _lines;
    private readonly NumberedLoad _load;
    private long _follows;

    /// <param name="settings">How to reach the brokers.</param>
    /// <param name="partitions">Partitions of user-actions.</param>
    /// <param name="source">Name of the edges' source; no other load of the cluster may have it.</param>
    /// <param name="trace">A Higgs trace.</param>
    /// <param name="time">The clock.</param>
    public TraceFeeder(KafkaClientSettings settings, int partitions, string source, string trace, TimeProvider time)
    {
        (_path, _time) = (trace, time);
        _trace = HiggsTraceReader.Open(trace);
        _lines = _trace.ReadLines().GetEnumerator();
        _load = new NumberedLoad(settings, partitions, source);
    }

    /// <summary>Told of each line that is played, before it is written, and of the clock's timestamp at which it was due.</summary>
    public Action<HiggsLine, long>? Playing { get; init; }

    /// <summary>Lines that were played.</summary>
    public long Played { get; private set; }

    /// <summary>Longest time by which a line was written too late.</summary>
    public TimeSpan LongestDelay { get; private set; }

    /// <summary>Checks the length of a trace before the first round, which would otherwise be lost in the middle of it or of a later one.</summary>
    /// <param name="trace">A Higgs trace.</param>
    /// <param name="needed">Lines that it must have.</param>
    /// <param name="taker">What takes them, with its verb.</param>
    /// <param name="advice">What to give instead.</param>
    /// <exception cref="UsageException">It has fewer.</exception>
    public static void CheckLines(string trace, long needed, string taker, string advice)
    {
        using var reader = HiggsTraceReader.Open(trace);
        var lines = reader.ReadLines().LongCount();
        if (lines < needed)
            throw new UsageException($"The trace has {lines:N0} lines, and {taker} {needed:N0}: give {advice}.");
    }

    /// <summary>Writes the follows of the first lines.</summary>
    /// <exception cref="ToolException">The brokers did not take them, or the trace is too short.</exception>
    public void Load(long lines, CancellationToken cancellationToken)
    {
        for (; _follows < lines; _follows++)
            _load.Write(FeedsLoad.FollowOf(NextLine()), cancellationToken);
        _load.Complete();
    }

    /// <summary>Plays on at a rate, in an open loop: a line is due at its time, however late those before it were.</summary>
    /// <param name="rate">Lines per second.</param>
    /// <param name="lines">Lines after which it ends.</param>
    /// <param name="stop">Ends it before.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="ToolException">The brokers did not take all, or the trace is too short.</exception>
    public async Task PlayAsync(double rate, long lines, CancellationToken stop, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, _time);
        for (var played = 0L; played < lines && !stop.IsCancellationRequested && await timer.WaitForNextTickAsync(cancellationToken);)
        {
            for (var due = Math.Min(lines, 1 + (long)(_time.GetElapsedTime(start).TotalSeconds * rate)); played < due && !stop.IsCancellationRequested; played++, Played++)
            {
                var line = NextLine();
                var dueAt = start + (long)(played / rate * _time.TimestampFrequency);
                Playing?.Invoke(line, dueAt);
                _load.Write(FeedsLoad.FollowOf(line), cancellationToken);
                _load.Write(FeedsLoad.PostOf(line), cancellationToken);
                var delay = _time.GetElapsedTime(dueAt);
                if (delay > LongestDelay)
                    LongestDelay = delay;
            }
        }

        _load.Complete();
    }

    /// <summary>What feeds must hold of all that was written.</summary>
    public ReferenceModel BuildReference()
    {
        var reference = new ReferenceModel(FeedGeneratorStart.FeedCapacity);
        using var trace = HiggsTraceReader.Open(_path);
        var read = 0L;
        foreach (var line in trace.ReadLines().Take((int)(_follows + Played)))
        {
            reference.Apply(ActionOf(FeedsLoad.FollowOf(line)));
            if (read++ >= _follows)
                reference.Apply(ActionOf(FeedsLoad.PostOf(line)));
        }

        return reference;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _trace.Dispose();
        _load.Dispose();
    }

    private HiggsLine NextLine() => _lines.MoveNext() ? _lines.Current : throw new ToolException($"The trace ended after {_follows + Played:N0} lines, before the benchmark did.");

    private static ReplayAction ActionOf(UserAction action) => new()
    {
        ActionId = action.ActionId, Type = action.Type, UserId = action.UserId, TargetUserId = action.TargetUserId, ContentId = action.ContentId,
        OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(action.OccurredAt),
    };
}
