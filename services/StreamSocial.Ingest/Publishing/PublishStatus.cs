namespace StreamSocial.Ingest.Publishing;

/// <summary>What became of a request's records.</summary>
internal enum PublishStatus
{
    /// <summary>The brokers have every record.</summary>
    Acknowledged,

    /// <summary>Nothing was written: the topics were not found yet.</summary>
    NotReady,

    /// <summary>Nothing was written: the queue has no room for the whole request.</summary>
    QueueFull,

    /// <summary>Nothing was written: what was accepted before waits so long that this would hardly be acknowledged in time.</summary>
    BrokersBehind,

    /// <summary>Nothing was written: the consumers are too far behind a log of bounded length.</summary>
    HeldBack,

    /// <summary>Not acknowledged in time; the records may still arrive.</summary>
    TimedOut,

    /// <summary>At least one record was refused; others may have arrived.</summary>
    Failed,
}
