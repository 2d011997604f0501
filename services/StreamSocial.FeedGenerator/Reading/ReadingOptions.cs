using System.ComponentModel.DataAnnotations;

namespace StreamSocial.FeedGenerator.Reading;

/// <summary>Options of the read API.</summary>
internal sealed class ReadingOptions
{
    public const string SectionName = "Reading";

    /// <summary>Longest wait for a partition that is moving or being restored before a read is answered 503.</summary>
    /// <value>Default 10 s; 0 to 2 min.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:02:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan WaitForPartition { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a process that is stopped still answers, so that clients whose streams it ended find the other replicas. The handover counts towards it. Not when all replicas are stopped.</summary>
    /// <value>Default 3 s; 0 to 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Time between two comments that keep an idle stream alive.</summary>
    /// <value>Default 15 s; 0.1 s to 1 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a process checks, for all of its idle streams, whether their partitions have moved and whether there are new posts to pull.</summary>
    /// <value>Default 0.5 s; 10 ms to 10 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:00:10", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan OwnershipCheck { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Longest wait for another replica's part of an answer that is useful without it, such as the trend; also for an owner whose data ends before a stream's position.
    /// </summary>
    /// <value>Default 2 s; 0.1 s to 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan PeerTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
