namespace StreamSocial.Streams.Simulation;

/// <summary>
/// Faults that the runtime must never have, put into the simulated world around it, to prove that the simulation would notice them.
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
