namespace StreamSocial.Autoscaler.Actuation;

/// <summary>Where replicas are started and stopped.</summary>
internal sealed class ScaleOptions
{
    public const string SectionName = "Scale";

    /// <summary>Base address of the AppHost's control server, which answers <c>/v1/scale</c>. Set by the AppHost.</summary>
    /// <value>Default none: only a dry run is possible.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>Longest wait for one answer, retries included.</summary>
    /// <value>Default 3 s; 0.1 s to 1 min.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);
}
