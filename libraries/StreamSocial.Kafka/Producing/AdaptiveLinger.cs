namespace StreamSocial.Kafka.Producing;

/// <summary>
/// Says for how long a sender still gathers entries before it sends them, from the cost of its recent sends. The time counts from the last send: the first
/// entries after a pause go at once. Not thread-safe.
/// </summary>
/// <param name="options">Bounds.</param>
/// <param name="time">The clock.</param>
public sealed class AdaptiveLinger(ProducerPoolOptions options, TimeProvider time)
{
    /// <summary>Part of the time by which input is late that its outputs are gathered at least: nobody notices so little more.</summary>
    private const double PartOfLateness = 1.0 / 8;

    /// <summary>Time after which <see cref="WaitAsync"/> looks again whether little is under way by now.</summary>
    private static readonly TimeSpan QuietCheckInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>A timer's step: a shorter delay is none, and who repeated it would keep a core busy.</summary>
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(1);

    private long? _sentAt;

    /// <summary>How long entries are gathered while records are under way: <see cref="ProducerPoolOptions.MinLinger"/> to <see cref="ProducerPoolOptions.MaxLinger"/>.</summary>
    public TimeSpan Current { get; private set; } = options.MinLinger;

    /// <summary>How long what there is to send should still wait; zero or less when it is due.</summary>
    /// <param name="isQuiet">Whether so little is under way that gathering saves nothing (<see cref="ProducerPool.IsQuiet"/>).</param>
    /// <param name="lateness">
    /// By how much input is late of which there is more: the later it is, the fuller the batches, since brokers and consumers pay for a batch nearly whatever is
    /// in it. Also while little is under way, up to <see cref="ProducerPoolOptions.MaxLateLinger"/>. Default zero.
    /// </param>
    public TimeSpan Remaining(bool isQuiet, TimeSpan lateness = default)
    {
        if (_sentAt is not { } sentAt)
            return TimeSpan.Zero;
        var linger = isQuiet ? TimeSpan.Zero : Current;
        return Longer(linger, Shorter(lateness * PartOfLateness, options.MaxLateLinger)) - time.GetElapsedTime(sentAt);
    }

    /// <summary>Waits until what there is to send is due.</summary>
    /// <param name="isQuiet">Whether little is under way; asked again meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(Func<bool> isQuiet, CancellationToken cancellationToken)
    {
        while (Remaining(isQuiet()) is var remaining && remaining >= ShortestDelay)
            await Task.Delay(remaining < QuietCheckInterval ? remaining : QuietCheckInterval, time, cancellationToken);
    }

    /// <summary>A send begins.</summary>
    public void Restart() => _sentAt = time.GetTimestamp();

    /// <summary>
    /// Takes the outcome of a send: from now on small batches wait for as long as an acknowledgement takes, so that a cluster that falls behind gets fewer and
    /// fuller ones. Full ones wait for no longer than they must, because that would save no request.
    /// </summary>
    /// <param name="ackRoundTrip">Recent time from send to acknowledgement; null if nothing was acknowledged yet.</param>
    /// <param name="entriesPerBatch">Entries for each destination partition in the send.</param>
    public void Adapt(TimeSpan? ackRoundTrip, double entriesPerBatch)
    {
        Current = options.MinLinger;
        if (ackRoundTrip is { } roundTrip && entriesPerBatch < options.FullBatchEntries)
            Current = Longer(Current, Shorter(roundTrip, options.MaxLinger));
    }

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
