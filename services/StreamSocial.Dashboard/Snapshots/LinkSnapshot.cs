namespace StreamSocial.Dashboard.Snapshots;

/// <summary>A link in the page's head.</summary>
internal sealed record LinkSnapshot(string Title, string Url);
