using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Policies;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Autoscaler.Signals;

/// <summary>Keeps what a <see cref="ScalingSnapshot"/> needs from earlier ticks. One thread owns it.</summary>
internal sealed class SignalHistory(AutoscalerOptions options)
{
    private readonly Queue<GroupReading> _readings = [];
    private readonly Queue<Recommendation> _recommendations = [];
    private DateTimeOffset? _missingSince;

    /// <summary>Adds a reading of the group and of the orchestrator, and returns the snapshot as of it.</summary>
    public ScalingSnapshot Add(GroupReading reading, ScaleSignal? scale)
    {
        // The oldest reading stays until the next one spans the window by itself.
        while (_readings.Count > 1 && reading.At - _readings.ElementAt(1).At >= options.RateWindow)
            _readings.Dequeue();
        var earlier = _readings.TryPeek(out var oldest) ? oldest : null;
        _readings.Enqueue(reading);

        if (scale is not null)
            _missingSince = scale.Running < scale.Desired ? _missingSince ?? reading.At : null;
        return SnapshotCalculator.Calculate(earlier, reading, scale) with
        {
            MissingSince = _missingSince,
            Recommendations = [.. _recommendations],
        };
    }

    /// <summary>Adds a decision. Recommendations before a gap or a change of size no longer count.</summary>
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
        // One recommendation older than the window stays: it proves that the window is covered.
        while (_recommendations.Count > 1 && now - _recommendations.ElementAt(1).At >= options.StabilisationWindow)
            _recommendations.Dequeue();
    }
}
