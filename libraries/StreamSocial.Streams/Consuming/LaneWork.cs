using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Consuming;

/// <summary>What a lane has done, and how long it was at work: for the member's totals, and for each stage. Called by the lane's thread only.</summary>
internal sealed class LaneWork(TaskEnvironment environment, TimeProvider time)
{
    private readonly Dictionary<string, StageWork> _stages = new(StringComparer.Ordinal);
    private StageWork? _stage;
    private long _began;
    private long _stageBegan;
    private long _records;
    private long _entries;
    private long _bytes;

    /// <summary>Time at work begins; it belongs to the stage of the last record until one of another stage follows.</summary>
    public void Begin() => _began = _stageBegan = time.GetTimestamp();

    /// <summary>Time at work ends.</summary>
    public void End()
    {
        var now = time.GetTimestamp();
        Interlocked.Add(ref environment.Totals.BusyTicks, time.GetElapsedTime(_began, now).Ticks);
        _stage?.AddBusy(time.GetElapsedTime(_stageBegan, now));
        foreach (var stage in _stages.Values)
            stage.EndRound();
    }

    /// <summary>The next records are of this input.</summary>
    public void SwitchTo(string topic)
    {
        if (!_stages.TryGetValue(topic, out var stage))
            _stages.Add(topic, stage = new StageWork(topic, environment));
        if (stage == _stage)
            return;
        var now = time.GetTimestamp();
        _stage?.AddBusy(time.GetElapsedTime(_stageBegan, now));
        (_stage, _stageBegan) = (stage, now);
    }

    /// <summary>Counts a record of the input that <see cref="SwitchTo"/> was last called for.</summary>
    /// <param name="entries">Its new entries.</param>
    /// <param name="bytes">Bytes of its value.</param>
    public void Add(int entries, int bytes)
    {
        _stage!.Add(entries);
        _records++;
        _entries += entries;
        _bytes += bytes;
    }

    /// <summary>Adds what was counted since the last call to the member's totals.</summary>
    public void AddToTotals()
    {
        Interlocked.Add(ref environment.Totals.RecordsConsumed, _records);
        Interlocked.Add(ref environment.Totals.EntriesProcessed, _entries);
        Interlocked.Add(ref environment.Totals.InputBytes, _bytes);
        (_records, _entries, _bytes) = (0, 0, 0);
    }
}
