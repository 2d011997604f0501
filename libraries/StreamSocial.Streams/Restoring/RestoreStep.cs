namespace StreamSocial.Streams.Restoring;

/// <summary>What to do with a restore after a record.</summary>
internal enum RestoreStep
{
    /// <summary>Read on.</summary>
    More,

    /// <summary>The state that was kept cannot be continued: read from the session's position again, which is the beginning now.</summary>
    StartOver,

    /// <summary>The task was closed meanwhile.</summary>
    Unwanted,

    /// <summary>All is read.</summary>
    Done,
}
