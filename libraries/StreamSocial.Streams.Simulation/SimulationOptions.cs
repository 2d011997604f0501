namespace StreamSocial.Streams.Simulation;

/// <summary>What to simulate.</summary>
public sealed record SimulationOptions
{
    /// <summary>Seed of the first schedule. The following seeds count up, so a failing schedule can be run alone.</summary>
    /// <value>Default 1.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many schedules to run.</summary>
    /// <value>Default 1,000; 1 or more.</value>
    public int Schedules { get; init; } = 1_000;

    /// <summary>A fault to inject, which the simulation must detect.</summary>
    /// <value>Default none.</value>
    public Mutant Mutant { get; init; }

    /// <summary>Failures after which the simulation stops.</summary>
    /// <value>Default 5; 1 or more.</value>
    public int MaxFailures { get; init; } = 5;

    /// <summary>Steps before a failure that are reported.</summary>
    /// <value>Default 40; 0 or more.</value>
    public int HistorySteps { get; init; } = 40;
}

/// <summary>
/// Faults injected into the simulated environment of the runtime, to prove that the simulation would detect them in the runtime.
/// </summary>
public enum Mutant
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>Brokers acknowledge a record and lose it.</summary>
    Drop,

    /// <summary>A sender sends an entry twice, under two numbers.</summary>
    Duplicate,

    /// <summary>Two records of one edge arrive in the wrong order.</summary>
    Swap,

    /// <summary>A superseded owner's checkpoint is accepted.</summary>
    StaleWrite,

    /// <summary>A checkpoint misses one of its changes.</summary>
    SkippedContent,

    /// <summary>A position is committed before the outputs of its input are acknowledged.</summary>
    CommittedTooEarly,

    /// <summary>A processor that failed tries again on what the failed try left in its stores and outputs.</summary>
    FailedTryRemains,

    /// <summary>A restore begins behind the first record of the last full copy.</summary>
    RestoresTooLate,

    /// <summary>A task can be read as soon as its state is restored.</summary>
    ReadTooEarly,

    /// <summary>A member that the group has evicted commits transactional offsets without naming itself.</summary>
    NamelessMember,

    /// <summary>A task begins at the group's offset, which is ahead of its state after a transaction of which the brokers kept only that.</summary>
    StartsAtTheGroupsOffset,
}
