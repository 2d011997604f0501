using System.Collections.Immutable;
using StreamSocial.Dashboard.Alerts;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>The figures of the page at one moment; also the body of <c>GET /api/snapshot</c>. Null is unknown.</summary>
/// <param name="Version">Rises by one with each snapshot.</param>
/// <param name="At">Unix milliseconds.</param>
/// <param name="IntervalMs">Milliseconds until the next snapshot is due.</param>
/// <param name="IsDemo">Whether the figures are made up.</param>
/// <param name="Topics">The input topics, always all of them and in the same order.</param>
/// <param name="Members">By name; null when unknown.</param>
/// <param name="Totals">Sums over the group.</param>
/// <param name="Scale">Replicas; null when unknown.</param>
/// <param name="Decisions">Newest first; null when unknown.</param>
/// <param name="Rebalances">The rebalances of the last minutes, newest first; null when unknown.</param>
/// <param name="Cluster">The brokers and the copies of the partitions; null when unknown.</param>
/// <param name="Catalogue">The topics of the catalogue; null when unknown.</param>
/// <param name="Groups">The consumer groups that read topics of the catalogue; null when unknown.</param>
/// <param name="Causes">What the causes of the topics' partitions mean.</param>
/// <param name="Links">Links in the page's head.</param>
/// <param name="Unknown">What could not be read, in words.</param>
internal sealed record DashboardSnapshot(
    long Version,
    long At,
    long IntervalMs,
    bool IsDemo,
    ImmutableArray<TopicSnapshot> Topics,
    ImmutableArray<MemberSnapshot>? Members,
    TotalsSnapshot Totals,
    ScaleSnapshot? Scale,
    ImmutableArray<DecisionSnapshot>? Decisions,
    ImmutableArray<RebalanceSnapshot>? Rebalances,
    ClusterSnapshot? Cluster,
    CatalogueSnapshot? Catalogue,
    ImmutableArray<ConsumerGroupSnapshot>? Groups,
    ImmutableArray<CauseSnapshot> Causes,
    ImmutableArray<LinkSnapshot> Links,
    ImmutableArray<string> Unknown)
{
    /// <summary>The alerts that fire or are pending; null when unknown.</summary>
    public ImmutableArray<AlertSnapshot>? Alerts { get; init; }

    /// <summary>Which state of the page's other documents there is.</summary>
    public VersionsSnapshot Versions { get; init; } = new(null, null, null, null, null);

    /// <summary>How long a topic keeps its records, as it is set, or as the catalogue has it while that is unknown; null for ever.</summary>
    public TimeSpan? RetentionOf(TopicSpec topic) => Catalogue?.Topics.FirstOrDefault(known => known.Name == topic.Name)?.RetentionMs switch
    {
        null => topic.Retention,
        < 0 => null,
        var milliseconds => TimeSpan.FromMilliseconds(milliseconds.Value),
    };
}

/// <summary>Sums over all topics and members; one with an unknown part is null, except where said.</summary>
/// <param name="RateIn">Records per second appended to all input topics.</param>
/// <param name="RateOut">Records per second processed.</param>
/// <param name="EntriesPerSecond">Entries per second processed by the members that report.</param>
/// <param name="Lag">Records that wait, summed over the partitions where that is known; null when it is known of none.</param>
/// <param name="CommittedLag">Records after the committed positions, summed in the same way.</param>
/// <param name="UnknownLags">Partitions whose lag is unknown; null when not even their number is known.</param>
/// <param name="Counters">Totals of the members that report; null when none does.</param>
/// <param name="OldestAgeMs">Age of the oldest record that waits, of the partitions where that is known; null when it is known of none.</param>
internal sealed record TotalsSnapshot(
    double? RateIn, double? RateOut, double? EntriesPerSecond, long? Lag, long? CommittedLag, int? UnknownLags, CountersSnapshot? Counters,
    long? OldestAgeMs)
{
    /// <summary>Partitions whose age is unknown, or only known to be at least so much; null when not even their number is known.</summary>
    public int? UnknownAges { get; init; }
}

/// <summary>Replicas asked for, running and ready, and the bounds.</summary>
internal sealed record ScaleSnapshot(int? Desired, int? Running, int? Ready, int? Minimum, int? Maximum);
