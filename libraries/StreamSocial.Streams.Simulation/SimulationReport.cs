namespace StreamSocial.Streams.Simulation;

/// <summary>What a simulation found so far, or in all.</summary>
/// <param name="Options">What was simulated.</param>
/// <param name="Schedules">Schedules that were run.</param>
/// <param name="Elapsed">How long that took.</param>
/// <param name="Counters">What happened in them.</param>
/// <param name="Failures">Those in which a promise was broken.</param>
public sealed record SimulationReport(
    SimulationOptions Options, int Schedules, TimeSpan Elapsed, SimulationCounters Counters, IReadOnlyList<SimulationFailure> Failures)
{
    public double SchedulesPerSecond => Schedules / Math.Max(Elapsed.TotalSeconds, 1e-9);

    /// <summary>Whether every promise held in every schedule.</summary>
    public bool Passed => Failures.Count == 0;
}
