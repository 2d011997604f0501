using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Consuming;

/// <summary>What a lane spends on one stage; a round is the records of one poll. Called by the lane's thread only.</summary>
internal sealed class StageWork(string topic, TaskEnvironment environment)
{
    private readonly StageTotals _totals = environment.Totals.Stage(topic);
    private readonly StreamsInstruments? _instruments = environment.Instruments;
    private readonly KeyValuePair<string, object?>[] _tags = environment.Instruments?.ProcessTagsOf(topic) ?? [];
    private int _records;
    private TimeSpan _busy;

    /// <summary>Counts a record with its new entries.</summary>
    public void Add(int entries)
    {
        _records++;
        _totals.Add(entries);
    }

    /// <summary>Counts time that the lane was at work for the stage.</summary>
    public void AddBusy(TimeSpan duration)
    {
        _busy += duration;
        _totals.AddBusy(duration);
    }

    /// <summary>The round ends; it is measured if it had records of the stage.</summary>
    public void EndRound()
    {
        if (_records > 0)
            _instruments?.Processed(_busy, _tags);
        (_records, _busy) = (0, TimeSpan.Zero);
    }
}
