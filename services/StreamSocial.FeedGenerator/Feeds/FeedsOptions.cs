using System.ComponentModel.DataAnnotations;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>What the stage that keeps the feeds holds. All replicas need the same values.</summary>
internal sealed class FeedsOptions
{
    public const string SectionName = "Feeds";

    /// <summary>How many entries, the newest, a feed holds.</summary>
    /// <value>Default 1000; 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int Capacity { get; set; } = 1000;
}
