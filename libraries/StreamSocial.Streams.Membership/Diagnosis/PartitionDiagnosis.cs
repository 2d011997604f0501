namespace StreamSocial.Streams.Membership.Diagnosis;

/// <summary>Whether a partition's consumer gets on, and why not.</summary>
/// <param name="Status">Whether it gets on.</param>
/// <param name="Cause">Why its records wait.</param>
public readonly record struct PartitionDiagnosis(ConsumerStatus Status, DelayCause Cause);

/// <summary>How a partition's consumer gets on, by the names and rules of Burrow (its wiki, "Consumer Lag Evaluation Rules").</summary>
public enum ConsumerStatus
{
    /// <summary>Too few readings of position and log end for a judgement.</summary>
    Unknown,

    /// <summary>Nothing has waited at some time of the window, or less waits than did.</summary>
    Ok,

    /// <summary>The position advances, and yet no less waits than before.</summary>
    Warn,

    /// <summary>Records wait, and the position stands still.</summary>
    Stall,

    /// <summary>Nobody reports a position any more.</summary>
    Stop,

    /// <summary>The position went back.</summary>
    Rewind,
}

/// <summary>Why a partition's records wait. Each cause has a remedy of its own; more replicas are the remedy of one.</summary>
public enum DelayCause
{
    /// <summary>They do not, or they become fewer.</summary>
    None,

    /// <summary>Nothing that is known explains it.</summary>
    Unknown,

    /// <summary>No member has the partition.</summary>
    NoOwner,

    /// <summary>Its owner restores the state, or repeats what the last owner had not checkpointed.</summary>
    Restoring,

    /// <summary>Its task has stopped at an entry that its processor cannot apply.</summary>
    Poison,

    /// <summary>Its task has stopped for another reason.</summary>
    FailedTask,

    /// <summary>An operator has paused its stage.</summary>
    Paused,

    /// <summary>What the records lead to cannot be written.</summary>
    SlowDownstream,

    /// <summary>Far more arrives in it than in the others of its topic, which keep up.</summary>
    HotKey,

    /// <summary>Its owner has more to do than it can.</summary>
    TooFewReplicas,
}

/// <summary>The causes in words.</summary>
public static class DelayCauses
{
    /// <summary>What the cause is, in a few words.</summary>
    public static string Title(this DelayCause cause) => cause switch
    {
        DelayCause.None => "keeps up",
        DelayCause.NoOwner => "no owner",
        DelayCause.Restoring => "restoring",
        DelayCause.Poison => "poisoned entry",
        DelayCause.FailedTask => "failed task",
        DelayCause.Paused => "paused",
        DelayCause.SlowDownstream => "slow downstream",
        DelayCause.HotKey => "hot key",
        DelayCause.TooFewReplicas => "too few replicas",
        _ => "unknown cause",
    };

    /// <summary>What to do about it, in one sentence; empty when there is nothing to do.</summary>
    public static string Remedy(this DelayCause cause) => cause switch
    {
        DelayCause.None => "",
        DelayCause.NoOwner => "The group assigns it within its session timeout; if it does not, see the group's members.",
        DelayCause.Restoring => "It goes on when its state is there; a replica more would only restore it again.",
        DelayCause.Poison => "It is tried again and then goes to the dead letters; 'streamsocial tasks list' has the reason.",
        DelayCause.FailedTask => "'streamsocial tasks list' has the reason and the next try, 'streamsocial tasks reset' the way out.",
        DelayCause.Paused => "'streamsocial stages' says by whom and why, 'streamsocial stages resume' lets it go on.",
        DelayCause.SlowDownstream => "See to the brokers and the consumers of what it writes; more replicas would write no faster.",
        DelayCause.HotKey => "A hot content is spread by itself, a hot user is pulled; more replicas do not relieve one partition.",
        DelayCause.TooFewReplicas => "More replicas: the autoscaler's work, or 'streamsocial scale'.",
        _ => "Its owner is not busy: see its log, the brokers and what else its machine does.",
    };
}
