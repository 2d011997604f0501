namespace StreamSocial.Streams.Simulation;

/// <summary>What to simulate.</summary>
public sealed record SimulationOptions
{
    /// <summary>Seed of the first schedule; the following ones count up, so that a failing one can be run alone.</summary>
    /// <value>Default 1.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many schedules to run.</summary>
    /// <value>Default 1,000; 1 or more.</value>
    public int Schedules { get; init; } = 1_000;

    /// <summary>A fault to plant, which must be noticed.</summary>
    /// <value>Default none.</value>
    public Mutant Mutant { get; init; }

    /// <summary>Failures after which it stops.</summary>
    /// <value>Default 5; 1 or more.</value>
    public int MaxFailures { get; init; } = 5;

    /// <summary>Steps before a failure that are told.</summary>
    /// <value>Default 40; 0 or more.</value>
    public int HistorySteps { get; init; } = 40;
}

/// <summary>
/// Faults that the runtime must never have, put into the simulated environment around it, to prove that the simulation would notice them.
/// </summary>
public enum Mutant
{
    /// <summary>The code as it is.</summary>
    None,

    /// <summary>Brokers acknowledge a record and lose it.</summary>
    Drop,

    /// <summary>A sender sends an entry twice, under two numbers.</summary>
    Duplicate,

    /// <summary>Two records of one edge arrive in the wrong order.</summary>
    Swap,

    /// <summary>A superseded owner's checkpoint is taken for valid.</summary>
    StaleWrite,

    /// <summary>A checkpoint misses one of its changes.</summary>
    SkippedContent,

    /// <summary>A position is committed before the outputs of the input up to there are safe.</summary>
    CommittedTooEarly,

    /// <summary>A member that the group has put out asks for transactional offsets without saying who it is.</summary>
    NamelessMember,
}
