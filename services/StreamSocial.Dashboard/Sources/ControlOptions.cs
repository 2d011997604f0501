namespace StreamSocial.Dashboard.Sources;

/// <summary>Where the orchestrator is asked for replicas and resources.</summary>
internal sealed class ControlOptions
{
    public const string SectionName = "Scale";

    /// <summary>Base address of the AppHost's control server. Set by the AppHost.</summary>
    /// <value>Default none: replicas are shown as unknown.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>Longest wait for one answer, retries included.</summary>
    /// <value>Default 3 s.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);
}
