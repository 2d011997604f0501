namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>Where the state of a partition is, as seen from this replica.</summary>
internal enum PartitionPlace
{
    /// <summary>No live replica holds it, as far as is known: wait.</summary>
    Unknown,

    /// <summary>It runs in this process.</summary>
    Here,

    /// <summary>It is this process's and still being restored: wait.</summary>
    Restoring,

    /// <summary>Another replica holds it: ask there.</summary>
    Elsewhere,
}
