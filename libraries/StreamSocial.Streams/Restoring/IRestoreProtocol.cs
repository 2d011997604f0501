namespace StreamSocial.Streams.Restoring;

/// <summary>How a new owner makes sure that nobody else's writes come after what it restores, and how it knows the end.</summary>
internal interface IRestoreProtocol
{
    /// <summary>Begins with a task; <see cref="TakeOpened"/> hands it out when its changelog can be read.</summary>
    void Open(RestoreSession session);

    /// <summary>Adds the sessions whose changelogs can be read. Called on the restorer's thread; may wait for brokers.</summary>
    void TakeOpened(List<RestoreSession> sessions);

    /// <summary>Whether there is nothing to read at all.</summary>
    bool IsEmpty(RestoreSession session);

    /// <summary>Whether a state that was kept can be continued with the first record, at <paramref name="offset"/>, that reading from its end brought.</summary>
    bool CanContinue(RestoreSession session, long offset);

    /// <summary>Whether the session has read all, after the record or the end of the partition at <paramref name="offset"/>.</summary>
    bool IsComplete(RestoreSession session, long offset, bool endOfPartition);

    /// <summary>Called from time to time while a session reads: the end of a partition is told only once, and what is missing behind it may never come.</summary>
    /// <exception cref="StateMissingException">The state that the group's offsets say exists is not in the changelog.</exception>
    void CheckWaiting(RestoreSession session);
}
