using StreamSocial.Dashboard.Sources;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>The resources that have something to look at, and where in them.</summary>
internal static class ResourceLinks
{
    private static readonly (string Resource, string Title, string Path)[] Shown =
    [
        ("aspire-dashboard", "Aspire dashboard", ""),
        ("feed-generator-1", "Trending", "/v1/trending"),
        ("ingest", "Ingest API", "/scalar"),
    ];

    public static IEnumerable<LinkSnapshot> Of(IReadOnlyList<ResourceReading>? resources) =>
        from shown in Shown
        from resource in resources ?? []
        where resource.Name == shown.Resource && resource.State == "Running"
        let url = resource.Urls.FirstOrDefault(url => url.StartsWith("http", StringComparison.Ordinal))
        where url is not null
        select new LinkSnapshot(shown.Title, url.TrimEnd('/') + shown.Path);
}
