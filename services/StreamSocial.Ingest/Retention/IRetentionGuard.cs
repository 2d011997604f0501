using StreamSocial.Ingest.Publishing;

namespace StreamSocial.Ingest.Retention;

/// <summary>Rejects requests that would push unread records out of a log of bounded length.</summary>
internal interface IRetentionGuard
{
    /// <summary>Whether this guard ever rejects requests; if not, <see cref="Done"/> need not be called.</summary>
    bool IsBounded { get; }

    /// <summary>Admits the records of a request as a whole.</summary>
    /// <returns>Null if admitted; otherwise the outcome of the request, with nothing counted.</returns>
    PublishOutcome? Admit(string topic, ReadOnlySpan<OutgoingRecord> records);

    /// <summary>Records that an admitted record was acknowledged at <paramref name="offset"/>, or not delivered (-1).</summary>
    void Done(string topic, OutgoingRecord record, long offset);
}

/// <summary>Guard for clusters that keep records for days: admits everything.</summary>
internal sealed class UnboundedRetention : IRetentionGuard
{
    public bool IsBounded => false;

    public PublishOutcome? Admit(string topic, ReadOnlySpan<OutgoingRecord> records) => null;

    public void Done(string topic, OutgoingRecord record, long offset)
    {
    }
}
