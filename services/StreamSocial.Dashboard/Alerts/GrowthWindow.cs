using System.Collections.Immutable;
using StreamSocial.Alerts.Evaluation;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Events.Stages;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>How much a number that only grows has grown lately. One that went back is another number of the same name.</summary>
/// <param name="length">How far back the window goes.</param>
internal sealed class GrowthWindow(TimeSpan length)
{
    private readonly Queue<(DateTimeOffset At, long Value)> _readings = [];

    /// <summary>The growth until a reading.</summary>
    public GrowthSignal Add(DateTimeOffset at, long value)
    {
        // As well when the clock was set back: when the earlier readings were made is unknown then.
        if (_readings.Count > 0 && (value < _readings.Last().Value || at < _readings.Last().At))
            _readings.Clear();
        _readings.Enqueue((at, value));
        // The newest reading before the window is where the window begins, however long it is ago.
        while (_readings.Count > 1 && at - _readings.ElementAt(1).At >= length)
            _readings.Dequeue();
        var first = _readings.Peek();
        return new GrowthSignal(value - first.Value, at - first.At >= length);
    }
}

/// <summary>How many dead letters came of each input lately.</summary>
internal sealed class DeadLetterGrowth
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, GrowthWindow> _windows = FeedGeneratorStages.Inputs.ToDictionary(input => input, _ => new GrowthWindow(Length));

    private TopicReports? _latest;
    private ImmutableSortedDictionary<string, GrowthSignal?>? _growth;

    /// <summary>By input topic, those of the last ten minutes; null for one that is unknown, and null while no topic is known.</summary>
    public ImmutableSortedDictionary<string, GrowthSignal?>? Until(TopicReports? reports)
    {
        if (ReferenceEquals(reports, _latest))
            return _growth;
        _latest = reports;
        return _growth = reports is null
            ? null
            : _windows.ToImmutableSortedDictionary(
                window => window.Key, window => reports.DeadLetters.GetValueOrDefault(window.Key) is { } written ? window.Value.Add(reports.Reading.At, written) : (GrowthSignal?)null, StringComparer.Ordinal);
    }
}
