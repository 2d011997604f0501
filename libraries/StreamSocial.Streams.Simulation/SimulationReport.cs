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

/// <summary>A schedule in which a promise was broken.</summary>
/// <param name="Seed">Runs the schedule again.</param>
/// <param name="Reason">What did not hold.</param>
/// <param name="History">The last things that happened before.</param>
public sealed record SimulationFailure(ulong Seed, string Reason, IReadOnlyList<string> History);

/// <summary>What happened in schedules.</summary>
public sealed class SimulationCounters
{
    /// <summary>Decisions of the scheduler.</summary>
    public long Steps { get; internal set; }

    /// <summary>Processes that ended without a word, many of them in the middle of a commit.</summary>
    public long Crashes { get; internal set; }

    /// <summary>New assignments of the group.</summary>
    public long Rebalances { get; internal set; }

    /// <summary>Members that the group put out while they were alive and went on.</summary>
    public long Zombies { get; internal set; }

    /// <summary>Checkpoints that became durable.</summary>
    public long Checkpoints { get; internal set; }

    /// <summary>Tasks whose state was brought back from a changelog.</summary>
    public long Restores { get; internal set; }

    /// <summary>Of these, tasks that came back to a process which had kept their state.</summary>
    public long WarmRestores { get; internal set; }

    /// <summary>Transactions that were refused, fenced or given up.</summary>
    public long AbortedTransactions { get; internal set; }

    /// <summary>Repeats that receivers recognised.</summary>
    public long DuplicatesDropped { get; internal set; }

    /// <summary>Entries whose effect was compared with the reference's.</summary>
    public long EntriesChecked { get; internal set; }
}
