using StreamSocial.Ingest.Publishing;

namespace StreamSocial.Ingest.Retention;

/// <summary>For clusters that keep records for days: consumers may fall behind as far as they like.</summary>
internal sealed class UnboundedRetention : IRetentionGuard
{
    public bool IsBounded => false;

    public string? Admit(string topic, ReadOnlySpan<OutgoingRecord> records) => null;

    public void Done(string topic, OutgoingRecord record, long offset)
    {
    }
}
