using System.ComponentModel.DataAnnotations;

namespace StreamSocial.Ingest.HotKeys;

/// <summary>Options of spreading hot contents over several partitions of content-interactions.</summary>
internal sealed class HotKeyOptions
{
    public const string SectionName = "Ingest:HotKeys";

    /// <summary>Whether contents are spread while they are hot.</summary>
    /// <value>Default true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Share of the recent interactions, as this instance takes them, from which a content is hot. The sketch that finds it has 4 ÷ share counters.
    /// </summary>
    /// <value>Default 0.05; 0.001 to 1.</value>
    [Range(0.001, 1.0)]
    public double Share { get; set; } = 0.05;

    /// <summary>
    /// Interactions per second with a content, as this instance takes them, below which it is not hot, whatever its share. A partition that one
    /// replica works off easily needs no relief.
    /// </summary>
    /// <value>Default 200; 1 to 1,000,000.</value>
    [Range(1.0, 1_000_000.0)]
    public double MinRecordsPerSecond { get; set; } = 200;

    /// <summary>Number of partitions over which a hot content is spread; at most all of the topic are used.</summary>
    /// <value>Default 8; 2 to 1000.</value>
    [Range(2, 1000)]
    public int Partitions { get; set; } = 8;

    /// <summary>Age at which an interaction counts half for <see cref="Share"/> and <see cref="MinRecordsPerSecond"/>.</summary>
    /// <value>Default 10 s; 0.1 s to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan HalfLife { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time after which a content that no instance has found hot any more returns to its own partition.</summary>
    /// <value>Default 2 min; 2 s to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:02", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan CoolAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Counters of the sketch: a key is found at its share, and one with less than three quarters of it is not.</summary>
    internal int SketchCounters => (int)Math.Ceiling(4 / Share);
}
