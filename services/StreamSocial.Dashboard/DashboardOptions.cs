namespace StreamSocial.Dashboard;

/// <summary>What the dashboard collects and shows.</summary>
internal sealed class DashboardOptions
{
    public const string SectionName = "Dashboard";

    /// <summary>Time between two snapshots.</summary>
    /// <value>Default 1 s; 0.2 s to 1 min.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Time over which rates are measured.</summary>
    /// <value>Default 3 s; at least <see cref="Interval"/>, at most 5 min.</value>
    public TimeSpan RateWindow { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How far back the charts go.</summary>
    /// <value>Default 5 min; 1 min to 1 h.</value>
    public TimeSpan HistoryLength { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A member that has not reported for so long is shown as silent, and owns nothing.</summary>
    /// <value>Default 10 s; 1 s to 5 min.</value>
    public TimeSpan MemberTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Shows made-up figures, marked as such, instead of a cluster's; for work on the page.</summary>
    /// <value>Default false.</value>
    public bool Demo { get; set; }

    /// <summary>Further links in the page's head: title to address. The AppHost sets those that it knows.</summary>
    /// <value>Default none.</value>
    public Dictionary<string, Uri> Links { get; } = [];
}
