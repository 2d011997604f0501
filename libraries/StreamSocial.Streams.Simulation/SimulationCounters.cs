namespace StreamSocial.Streams.Simulation;

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
