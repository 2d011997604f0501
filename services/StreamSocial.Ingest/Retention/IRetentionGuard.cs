using StreamSocial.Ingest.Publishing;

namespace StreamSocial.Ingest.Retention;

/// <summary>Holds requests back that would push unread records out of a log of bounded length.</summary>
internal interface IRetentionGuard
{
    /// <summary>Whether this guard ever holds back; if not, <see cref="Done"/> need not be called.</summary>
    bool IsBounded { get; }

    /// <summary>Admits the records of a request as a whole.</summary>
    /// <returns>Null when admitted; otherwise the reason, and nothing was counted.</returns>
    string? Admit(string topic, ReadOnlySpan<OutgoingRecord> records);

    /// <summary>An admitted record was acknowledged at <paramref name="offset"/>, or refused (-1).</summary>
    void Done(string topic, OutgoingRecord record, long offset);
}
