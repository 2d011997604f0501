using System.ComponentModel.DataAnnotations;

namespace StreamSocial.Kafka.Producing;

/// <summary>Options of a service's <see cref="ProducerPool"/>.</summary>
public sealed class ProducerPoolOptions
{
    public const string SectionName = "ProducerPool";

    /// <summary>Number of producers; 0 plans it from the partitions (see <see cref="ProducerPoolPlanner"/>).</summary>
    /// <value>Default 0; 0 to 64.</value>
    [Range(0, 64)]
    public int Producers { get; set; }

    /// <summary>Upper bound of a planned number.</summary>
    /// <value>Default 32; 1 to 64.</value>
    [Range(1, 64)]
    public int MaxProducers { get; set; } = 32;

    /// <summary>Records handed over and not yet acknowledged above which a feed generator takes no new input (<see cref="ProducerPool.WaitForRoom"/>).</summary>
    /// <value>Default 200,000; 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int MaxInFlightRecords { get; set; } = 200_000;

    /// <summary>Shortest time to gather entries before they are sent.</summary>
    /// <value>Default 2 ms; 0 to 1 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan MinLinger { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Longest time to gather entries before they are sent.</summary>
    /// <value>Default 250 ms; 0 to 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan MaxLinger { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Entries a batch from which on a longer linger saves nothing.</summary>
    /// <value>Default 200; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int FullBatchEntries { get; set; } = 200;
}
