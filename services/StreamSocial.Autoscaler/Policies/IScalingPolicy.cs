using StreamSocial.Autoscaler.Signals;

namespace StreamSocial.Autoscaler.Policies;

/// <summary>A pure function from what is known to what to do.</summary>
internal interface IScalingPolicy
{
    /// <summary>Name in decisions and metrics.</summary>
    string Name { get; }

    PolicyDecision Decide(ScalingSnapshot snapshot, AutoscalerOptions options, DateTimeOffset now);
}
