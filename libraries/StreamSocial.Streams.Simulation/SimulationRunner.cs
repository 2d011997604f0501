namespace StreamSocial.Streams.Simulation;

/// <summary>
/// Runs a group of replicas through schedules of faults: crashes at any step, evicted members that go on working, late acknowledgements,
/// repeats, and rebalances at any time. It uses one thread and never waits, and the seed determines everything that happens.
/// </summary>
public static class SimulationRunner
{
    /// <summary>Runs the schedules one after the other.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="time">Measures the duration; the schedules have their own clocks.</param>
    /// <param name="progress">Called after each schedule; may be null.</param>
    /// <param name="cancellationToken">Ends the simulation after the current schedule.</param>
    public static SimulationReport Run(
        SimulationOptions options, TimeProvider time, Action<SimulationReport>? progress = null, CancellationToken cancellationToken = default)
    {
        var started = time.GetTimestamp();
        var counters = new SimulationCounters();
        var failures = new List<SimulationFailure>();
        var schedules = 0;
        while (schedules < options.Schedules && failures.Count < options.MaxFailures && !cancellationToken.IsCancellationRequested)
        {
            var seed = options.Seed + (ulong)schedules++;
            if (Try(seed, options.Mutant, counters, history: null) is not null)
                failures.Add(Describe(seed, options));
            progress?.Invoke(Report());
        }
        return Report();

        SimulationReport Report() => new(options, schedules, time.GetElapsedTime(started), counters, failures);
    }

    /// <summary>Runs a failed schedule again and records its history.</summary>
    private static SimulationFailure Describe(ulong seed, SimulationOptions options)
    {
        var history = new List<string>();
        var error = Try(seed, options.Mutant, new SimulationCounters(), history)
            ?? throw new InvalidOperationException($"Schedule {seed} failed once and not again: the simulation is not deterministic.");
        var reason = error is SimulationException ? error.Message : $"{error.GetType().Name}: {error.Message}";
        return new SimulationFailure(seed, reason, [.. history.TakeLast(options.HistorySteps)]);
    }

    private static Exception? Try(ulong seed, Mutant mutant, SimulationCounters counters, List<string>? history)
    {
        try
        {
            new Schedule(seed, mutant, counters, history).Run();
            return null;
        }
#pragma warning disable CA1031 // Whatever the runtime throws in a schedule is a finding.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e;
        }
    }
}
