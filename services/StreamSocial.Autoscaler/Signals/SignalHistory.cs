using StreamSocial.Autoscaler.Policies;

namespace StreamSocial.Autoscaler.Signals;

/// <summary>What has to be remembered from tick to tick to make a <see cref="ScalingSnapshot"/>. One thread owns it.</summary>
internal sealed class SignalHistory(AutoscalerOptions options)
{
    private readonly Queue<GroupReading> _readings = [];
    private readonly Queue<Recommendation> _recommendations = [];
    private DateTimeOffset? _missingSince;

    /// <summary>Adds a reading and returns the snapshot as of it.</summary>
    public ScalingSnapshot Add(GroupReading reading)
    {
        // The head stays as long as the one after it is too young to span the window by itself.
        while (_readings.Count > 1 && reading.At - _readings.ElementAt(1).At >= options.RateWindow)
            _readings.Dequeue();
        var earlier = _readings.TryPeek(out var oldest) ? oldest : null;
        _readings.Enqueue(reading);

        if (reading.Scale is { } scale)
            _missingSince = scale.Running < scale.Desired ? _missingSince ?? reading.At : null;
        return SnapshotCalculator.Calculate(earlier, reading, options.MemberTimeout) with
        {
            MissingSince = _missingSince,
            Recommendations = [.. _recommendations],
        };
    }

    /// <summary>Remembers what was decided: a window of recommendations spans neither a gap in them nor a change of size.</summary>
    public void Add(PolicyDecision decision, DateTimeOffset now)
    {
        if (decision.Acts)
        {
            _missingSince = null;
            _recommendations.Clear();
            return;
        }
        if (decision.Recommended is not { } replicas)
        {
            _recommendations.Clear();
            return;
        }
        _recommendations.Enqueue(new Recommendation(now, replicas));
        // One that is older than the window stays, as the proof that the window is covered.
        while (_recommendations.Count > 1 && now - _recommendations.ElementAt(1).At >= options.StabilisationWindow)
            _recommendations.Dequeue();
    }
}
