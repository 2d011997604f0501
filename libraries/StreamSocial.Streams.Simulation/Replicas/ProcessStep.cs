namespace StreamSocial.Streams.Simulation.Replicas;

/// <summary>What a thread of a process, or the network at its side, may do next.</summary>
internal enum ProcessStep
{
    /// <summary>Lane: process some records of one task.</summary>
    Consume,

    /// <summary>Lane: send what tasks emitted.</summary>
    Send,

    /// <summary>Lane: observe acknowledgements, begin and move checkpoints and closings.</summary>
    Advance,

    /// <summary>Checkpoint writer: one transaction, in which anything else may happen.</summary>
    Commit,

    /// <summary>Restorer: open changelogs or read some records of one.</summary>
    Restore,

    /// <summary>Membership: one heartbeat with what follows from it.</summary>
    Poll,

    /// <summary>Network: records arrive at a broker.</summary>
    Deliver,

    /// <summary>Network: acknowledgements come back.</summary>
    Acknowledge,
}
