namespace StreamSocial.Docs.Tests.Monitoring;

/// <summary>A chart over time.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Unit">Grafana's name of the unit.</param>
/// <param name="Queries">What is drawn.</param>
internal sealed record GrafanaPanel(string Title, string Unit, params GrafanaQuery[] Queries)
{
    /// <summary>What to know of it; null for nothing.</summary>
    public string? Description { get; init; }

    /// <summary>From where on a value is bad, drawn as a line; null when no rule says so.</summary>
    public double? Threshold { get; init; }
}

/// <summary>What a panel draws.</summary>
/// <param name="Expression">PromQL.</param>
/// <param name="Legend">Name of each series, with its labels in double braces.</param>
internal sealed record GrafanaQuery(string Expression, string Legend);

/// <summary>A dashboard.</summary>
/// <param name="Uid">By which addresses name it; also the file's name.</param>
/// <param name="Title">Its name.</param>
/// <param name="Panels">In reading order, two in a row.</param>
internal sealed record GrafanaDashboard(string Uid, string Title, params GrafanaPanel[] Panels);
