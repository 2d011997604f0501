using StreamSocial.Autoscaler.Signals;

namespace StreamSocial.Autoscaler.Policies;

/// <summary>Decides from a snapshot how many replicas there should be. <c>Autoscaler:Policy</c> selects one by its name.</summary>
/// <remarks>
/// Pure: no I/O, clock or logger. An implementation must not depend on <see cref="AutoscalerOptions"/> through its constructor, since their
/// validation asks for the names of all policies; it gets them with each call.
/// </remarks>
internal interface IScalingPolicy
{
    /// <summary>Name in options, decisions and metrics.</summary>
    string Name { get; }

    PolicyDecision Decide(ScalingSnapshot snapshot, AutoscalerOptions options, DateTimeOffset now);
}
