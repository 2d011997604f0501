using StreamSocial.Scaling.Signals;

namespace StreamSocial.Scaling.Policies;

/// <summary>Decides from a snapshot how many replicas there should be.</summary>
/// <remarks>Pure: no I/O, clock or logger. Options come with each call, because their validation asks for the names of all policies.</remarks>
public interface IScalingPolicy
{
    /// <summary>Name in options, decisions and metrics.</summary>
    string Name { get; }

    /// <summary>Decides.</summary>
    PolicyDecision Decide(ScalingSnapshot snapshot, ScalingOptions options, DateTimeOffset now);
}
