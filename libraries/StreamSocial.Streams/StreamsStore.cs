namespace StreamSocial.Streams;

/// <summary>Where the state of a member's tasks is kept; either way the changelog is what it is restored from.</summary>
public enum StreamsStore
{
    /// <summary>All of it as live objects.</summary>
    Memory,

    /// <summary>On disk, with a bounded part of it in memory: for state larger than memory.</summary>
    Disk,
}
