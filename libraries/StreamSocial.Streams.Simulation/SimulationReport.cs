namespace StreamSocial.Streams.Simulation;

/// <summary>What a simulation found so far, or in all.</summary>
/// <param name="Options">What was simulated.</param>
/// <param name="Schedules">Schedules that were run.</param>
/// <param name="Elapsed">How long that took.</param>
/// <param name="Counters">What happened in them.</param>
/// <param name="Failures">Schedules in which a guarantee was violated.</param>
public sealed record SimulationReport(
    SimulationOptions Options, int Schedules, TimeSpan Elapsed, SimulationCounters Counters, IReadOnlyList<SimulationFailure> Failures)
{
    /// <summary>Average speed.</summary>
    public double SchedulesPerSecond => Schedules / Math.Max(Elapsed.TotalSeconds, 1e-9);

    /// <summary>Whether every guarantee held in every schedule, and all that were wanted were run.</summary>
    public bool Passed => Failures.Count == 0 && Schedules == Options.Schedules;
}

/// <summary>A schedule in which a guarantee was violated.</summary>
/// <param name="Seed">Runs the schedule again.</param>
/// <param name="Reason">Which guarantee was violated, and how.</param>
/// <param name="History">The last steps before the failure.</param>
public sealed record SimulationFailure(ulong Seed, string Reason, IReadOnlyList<string> History);

/// <summary>What happened in schedules.</summary>
public sealed class SimulationCounters
{
    /// <summary>Decisions of the scheduler.</summary>
    public long Steps { get; internal set; }

    /// <summary>Processes that were killed, many of them in the middle of a commit.</summary>
    public long Crashes { get; internal set; }

    /// <summary>New assignments of the group.</summary>
    public long Rebalances { get; internal set; }

    /// <summary>Members that the group evicted although they were alive, and that went on working.</summary>
    public long Zombies { get; internal set; }

    /// <summary>Checkpoints that became durable.</summary>
    public long Checkpoints { get; internal set; }

    /// <summary>Tasks whose state was restored from a changelog.</summary>
    public long Restores { get; internal set; }

    /// <summary>Of these, tasks that continued from a retained state, or whose changelog was followed before they came.</summary>
    public long WarmRestores { get; internal set; }

    /// <summary>Transactions that were rejected, fenced or aborted.</summary>
    public long AbortedTransactions { get; internal set; }

    /// <summary>Transactions of which the brokers kept the group's offsets and not the changes.</summary>
    public long TornTransactions { get; internal set; }

    /// <summary>Tasks that failed at an entry, went back to their last checkpoint and ran again.</summary>
    public long FailedTasks { get; internal set; }

    /// <summary>Repeats that receivers dropped.</summary>
    public long DuplicatesDropped { get; internal set; }

    /// <summary>Entries whose effect was compared with the reference's.</summary>
    public long EntriesChecked { get; internal set; }
}
