namespace StreamSocial.Dashboard.Snapshots;

/// <summary>A snapshot with its JSON, which is written once for all clients.</summary>
internal sealed record PublishedSnapshot(DashboardSnapshot Snapshot, string Json);
