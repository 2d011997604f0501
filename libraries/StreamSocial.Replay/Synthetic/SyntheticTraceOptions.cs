using System.ComponentModel.DataAnnotations;

namespace StreamSocial.Replay.Synthetic;

/// <summary>Options of a synthetic social network and its viral post.</summary>
public sealed class SyntheticTraceOptions
{
    /// <summary>Seed of the random numbers. The same seed and options give the same trace.</summary>
    /// <value>Default 1; any.</value>
    public int Seed { get; set; } = 1;

    /// <summary>Number of users.</summary>
    /// <value>Default 2,000; 2 to 10,000,000.</value>
    [Range(2, 10_000_000)]
    public int Users { get; set; } = 2_000;

    /// <summary>Number of users that each user follows at the start of the trace.</summary>
    /// <value>Default 5; 0 to 1,000.</value>
    [Range(0, 1_000)]
    public int FollowsPerUser { get; set; } = 5;

    /// <summary>Exponent s of the power law of popularity: the user of rank r is chosen in proportion to r⁻ˢ.</summary>
    /// <value>Default 0.9; 0 (all alike) to 5.</value>
    [Range(0.0, 5.0)]
    public double Exponent { get; set; } = 0.9;

    /// <summary>Actions per second outside the spike.</summary>
    /// <value>Default 100; 0.001 to 1,000,000.</value>
    [Range(0.001, 1_000_000)]
    public double ActionsPerSecond { get; set; } = 100;

    /// <summary>Views, impressions and clicks for each action.</summary>
    /// <value>Default 2; 0 to 1,000.</value>
    [Range(0, 1_000)]
    public int InteractionsPerAction { get; set; } = 2;

    /// <summary>Newest posts of a user that are liked, shared and commented on.</summary>
    /// <value>Default 2,147,483,647, which is all; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int RecentPosts { get; set; } = int.MaxValue;

    /// <summary>Likes, shares, posts and comments that are taken back, as a share of all actions.</summary>
    /// <value>Default 0.03; 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TakenBackShare { get; set; } = 0.03;

    /// <summary>Follows, unfollows, blocks and unblocks after the beginning, as a share of all other actions.</summary>
    /// <value>Default 0.01; 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double RelationChangeShare { get; set; } = 0.01;

    /// <summary>Marks of notifications as read, as a share of all other actions.</summary>
    /// <value>Default 0.01; 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ReadShare { get; set; } = 0.01;

    /// <summary>Length of the trace.</summary>
    /// <value>Default 4 min; 1 s to 30 days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Length { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>Time from the start at which the celebrity's post goes viral.</summary>
    /// <value>Default 45 s; 0 to 30 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan SpikeAt { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How long it stays viral.</summary>
    /// <value>Default 90 s; 0 (never) to 30 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan SpikeLength { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>Factor by which the rate of actions rises during the spike; the additional actions concern the viral post.</summary>
    /// <value>Default 20; 1 to 100,000.</value>
    [Range(1.0, 100_000.0)]
    public double SpikeFactor { get; set; } = 20;
}
