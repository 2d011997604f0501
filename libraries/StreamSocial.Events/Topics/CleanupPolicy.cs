namespace StreamSocial.Events.Topics;

/// <summary>What a topic forgets.</summary>
public enum CleanupPolicy
{
    /// <summary>Records older than the retention.</summary>
    Delete,

    /// <summary>All but the last record of each key.</summary>
    Compact,

    /// <summary>Both: all but the last record of each key, and that too when it is older than the retention.</summary>
    CompactAndDelete,
}
