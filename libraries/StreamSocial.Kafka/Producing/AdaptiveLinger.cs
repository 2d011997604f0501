namespace StreamSocial.Kafka.Producing;

/// <summary>How long a sender gathers entries before it sends them, from what the last sends cost.</summary>
public static class AdaptiveLinger
{
    /// <summary>
    /// Thin batches wait for as long as an acknowledgement takes, so that a cluster that falls behind is asked for fewer and
    /// fuller batches; full ones are sent at once, for waiting would not save a request.
    /// </summary>
    /// <param name="ackRoundTrip">Recent time from send to acknowledgement; null when nothing was acknowledged yet.</param>
    /// <param name="entriesPerBatch">Entries for each destination partition in the last send.</param>
    /// <param name="options">Bounds.</param>
    /// <returns><see cref="ProducerPoolOptions.MinLinger"/> to <see cref="ProducerPoolOptions.MaxLinger"/>.</returns>
    public static TimeSpan Next(TimeSpan? ackRoundTrip, double entriesPerBatch, ProducerPoolOptions options)
    {
        if (ackRoundTrip is not { } roundTrip || entriesPerBatch >= options.FullBatchEntries)
            return options.MinLinger;
        return roundTrip < options.MinLinger ? options.MinLinger
            : roundTrip > options.MaxLinger ? options.MaxLinger
            : roundTrip;
    }
}
