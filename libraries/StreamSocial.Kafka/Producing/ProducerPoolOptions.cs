using System.ComponentModel.DataAnnotations;

namespace StreamSocial.Kafka.Producing;

/// <summary>Options of a service's <see cref="ProducerPool"/>.</summary>
public sealed class ProducerPoolOptions
{
    public const string SectionName = "ProducerPool";

    /// <summary>Number of producers; 0 to calculate it from the partitions (see <see cref="ProducerPoolPlanner"/>).</summary>
    /// <value>Default 0; 0 to 64.</value>
    [Range(0, 64)]
    public int Producers { get; set; }

    /// <summary>Upper bound of a calculated number.</summary>
    /// <value>Default 32; 1 to 64.</value>
    [Range(1, 64)]
    public int MaxProducers { get; set; } = 32;

    /// <summary>Records handed over and not yet acknowledged above which a feed generator takes no new input (<see cref="ProducerPool.WaitForRoom"/>).</summary>
    /// <value>Default 200,000; 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int MaxInFlightRecords { get; set; } = 200_000;

    /// <summary>Bytes of such records above which a feed generator takes no new input.</summary>
    /// <value>Default 256 MiB; 1 MiB to 16 GiB.</value>
    [Range(1024 * 1024L, 16L * 1024 * 1024 * 1024)]
    public long MaxInFlightBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Shortest time to gather entries before they are sent; with fewer than four records under way they are sent at once.</summary>
    /// <value>Default 2 ms; 0 to 1 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan MinLinger { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Longest time to gather entries before they are sent.</summary>
    /// <value>Default 250 ms; 0 to 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan MaxLinger { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Longest time to gather entries of late input that has not been read to its end: an eighth of the time by which it is late, so that brokers and consumers get fewer
    /// and fuller batches while there is a backlog.
    /// </summary>
    /// <value>Default 5 s; 0 to 5 s. The longer one of it and <see cref="MaxLinger"/> counts.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan MaxLateLinger { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Entries per batch above which a longer linger saves nothing.</summary>
    /// <value>Default 200; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int FullBatchEntries { get; set; } = 200;
}

/// <summary>Plans the number of producers of a service, given that a produce request carries one partition.</summary>
public static class ProducerPoolPlanner
{
    /// <summary>
    /// <c>ceil(partitions × roundTrip ÷ (brokers × linger))</c>: every active partition has one batch to send per linger, and a producer sends
    /// one batch per round trip to each broker.
    /// </summary>
    /// <param name="activePartitions">Number of partitions written to continuously.</param>
    /// <param name="brokers">Number of brokers that lead them.</param>
    /// <param name="roundTrip">From a produce request to its acknowledgement by all replicas.</param>
    /// <param name="linger">How long a batch is gathered.</param>
    /// <param name="max">Upper bound.</param>
    /// <returns>1 to <paramref name="max"/>.</returns>
    public static int Plan(int activePartitions, int brokers, TimeSpan roundTrip, TimeSpan linger, int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(activePartitions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(brokers);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(linger, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var needed = Math.Ceiling(activePartitions * (roundTrip / linger) / brokers);
        return (int)Math.Clamp(needed, 1, max);
    }
}

/// <summary>Calculates how long a sender gathers entries before it sends them, from the cost of recent sends.</summary>
public static class AdaptiveLinger
{
    /// <summary>
    /// While records are under way (<see cref="ProducerPool.IsQuiet"/>), small batches wait for as long as an acknowledgement takes, so that a
    /// cluster that falls behind gets fewer and fuller batches. Full ones are sent at once, because waiting would save no request.
    /// </summary>
    /// <param name="ackRoundTrip">Recent time from send to acknowledgement; null if nothing was acknowledged yet.</param>
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
