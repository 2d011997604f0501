using StreamSocial.Cli.Benchmarks.Feeds;
using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Replay.Messages;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Cli.Benchmarks.Handover;

/// <summary>Writes a trace as the peers' feeder does: the first lines are follows, at once; then each line is a follow and a post when it is due.</summary>
internal sealed class HandoverFeeder : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly HiggsTraceReader _trace;
    private readonly IEnumerator<HiggsLine> _lines;
    private readonly NumberedLoad _load;
    private long _follows;

    public HandoverFeeder(KafkaClientSettings settings, int partitions, string trace, TimeProvider time)
    {
        (_path, _time) = (trace, time);
        _trace = HiggsTraceReader.Open(trace);
        _lines = _trace.ReadLines().GetEnumerator();
        _load = new NumberedLoad(settings, partitions, "bench/handover");
    }

    /// <summary>Lines that were played.</summary>
    public long Played { get; private set; }

    /// <summary>Longest time by which a line was written too late.</summary>
    public TimeSpan LongestDelay { get; private set; }

    /// <summary>Writes the follows of the first lines.</summary>
    /// <exception cref="ToolException">The brokers did not take them, or the trace is too short.</exception>
    public void Load(long lines, CancellationToken cancellationToken)
    {
        for (; _follows < lines; _follows++)
            _load.Write(FeedsLoad.FollowOf(NextLine()), cancellationToken);
        Complete();
    }

    /// <summary>Plays on at a rate, in an open loop: a line is due at its time, however late those before it were.</summary>
    /// <param name="rate">Lines per second.</param>
    /// <param name="stop">Ends it well.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="ToolException">The brokers did not take all, or the trace is too short.</exception>
    public async Task PlayAsync(double rate, CancellationToken stop, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, _time);
        while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(cancellationToken))
        {
            for (var due = (long)(_time.GetElapsedTime(start).TotalSeconds * rate); Played < due && !stop.IsCancellationRequested; Played++)
            {
                var line = NextLine();
                _load.Write(FeedsLoad.FollowOf(line), cancellationToken);
                _load.Write(FeedsLoad.PostOf(line), cancellationToken);
                var delay = _time.GetElapsedTime(start) - TimeSpan.FromSeconds(Played / rate);
                if (delay > LongestDelay)
                    LongestDelay = delay;
            }
        }

        Complete();
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

    /// <summary>Brokers that do not take the load are no fault of who processes it.</summary>
    private void Complete()
    {
        try
        {
            _load.Complete();
        }
        catch (NotHeldException e)
        {
            throw new ToolException($"The load could not be written: {e.Message}", e);
        }
    }

    private HiggsLine NextLine() => _lines.MoveNext() ? _lines.Current : throw new ToolException($"The trace ended after {_follows + Played:N0} lines, before the benchmark did.");

    private static ReplayAction ActionOf(UserAction action) => new()
    {
        ActionId = action.ActionId, Type = action.Type, UserId = action.UserId, TargetUserId = action.TargetUserId, ContentId = action.ContentId,
        OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(action.OccurredAt),
    };
}
