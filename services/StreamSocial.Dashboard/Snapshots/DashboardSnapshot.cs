using System.Collections.Immutable;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>What the page shows as of one moment; also the body of <c>GET /api/snapshot</c>. Null is unknown.</summary>
/// <param name="Version">Rises by one with each snapshot.</param>
/// <param name="At">Unix milliseconds.</param>
/// <param name="IsDemo">Whether the figures are made up.</param>
/// <param name="Topics">The input topics, always all of them and in the same order.</param>
/// <param name="Members">By name; null when unknown.</param>
/// <param name="Totals">Sums over the group.</param>
/// <param name="Scale">Replicas; null when unknown.</param>
/// <param name="Decisions">Newest first; null when unknown.</param>
/// <param name="Links">Where to look further.</param>
/// <param name="Unknown">What could not be read, in words.</param>
internal sealed record DashboardSnapshot(
    long Version,
    long At,
    bool IsDemo,
    ImmutableArray<TopicSnapshot> Topics,
    ImmutableArray<MemberSnapshot>? Members,
    TotalsSnapshot Totals,
    ScaleSnapshot? Scale,
    ImmutableArray<DecisionSnapshot>? Decisions,
    ImmutableArray<LinkSnapshot> Links,
    ImmutableArray<string> Unknown);
