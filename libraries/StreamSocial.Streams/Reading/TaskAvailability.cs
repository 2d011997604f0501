namespace StreamSocial.Streams.Reading;

/// <summary>Whether a task can be read in this process.</summary>
public enum TaskAvailability
{
    /// <summary>Another member owns the partition, or none.</summary>
    NotHere,

    /// <summary>The partition is this member's, its state is being restored: wait.</summary>
    Restoring,

    /// <summary>The task runs here.</summary>
    Running,
}
