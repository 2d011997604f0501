using StreamSocial.Alerts.Evaluation;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>How much a number that only grows has grown lately. One that went back is another number of the same name.</summary>
/// <param name="length">How far back the window goes.</param>
internal sealed class GrowthWindow(TimeSpan length)
{
    private readonly Queue<(DateTimeOffset At, long Value)> _readings = [];

    /// <summary>The growth until a reading.</summary>
    public GrowthSignal Add(DateTimeOffset at, long value)
    {
        if (_readings.Count > 0 && value < _readings.Last().Value)
            _readings.Clear();
        _readings.Enqueue((at, value));
        // The newest reading before the window is where the window begins, however long it is ago.
        while (_readings.Count > 1 && at - _readings.ElementAt(1).At >= length)
            _readings.Dequeue();
        var first = _readings.Peek();
        return new GrowthSignal(value - first.Value, at - first.At >= length);
    }
}
