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

    /// <summary>Shortest time to gather entries before they are sent; with fewer than four records under way they are sent at once, unless they are of late input.</summary>
    /// <value>Default 2 ms; 0 to 1 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan MinLinger { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Longest time to gather entries before they are sent.</summary>
    /// <value>Default 250 ms; 0 to 5 s. The longer one of it and <see cref="MinLinger"/> counts.</value>
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
