using StreamSocial.Control;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>A link in the page's head.</summary>
internal sealed record LinkSnapshot(string Title, string Url)
{
    /// <summary>The resources that have a page to show, and its path.</summary>
    private static readonly (string Resource, string Title, string Path)[] Linked =
    [
        ("aspire-dashboard", "Aspire dashboard", ""),
        ("feed-generator-1", "Trending", "/v1/trending"),
        ("ingest", "Ingest API", "/scalar"),
    ];

    /// <summary>Links to the resources that run.</summary>
    public static IEnumerable<LinkSnapshot> From(IReadOnlyList<ResourceDocument>? resources) =>
        from linked in Linked
        from resource in resources ?? []
        where resource.Name == linked.Resource && resource.IsRunning
        let url = resource.Urls.FirstOrDefault(url => url.StartsWith("http", StringComparison.Ordinal))
        where url is not null
        select new LinkSnapshot(linked.Title, url.TrimEnd('/') + linked.Path);
}
