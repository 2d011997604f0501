using System.ComponentModel.DataAnnotations;

namespace StreamSocial.Autoscaler;

/// <summary>When and how far the group of feed generators is resized.</summary>
internal sealed class AutoscalerOptions
{
    public const string SectionName = "Autoscaler";

    /// <summary>Whether the loop runs at all; without it the service only answers its health check.</summary>
    /// <value>Default true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Decides and records, but changes nothing.</summary>
    /// <value>Default false.</value>
    public bool DryRun { get; set; }

    /// <summary>Fewest replicas. The orchestrator's own minimum applies as well.</summary>
    /// <value>Default 1; at least 1.</value>
    [Range(1, 10_000)]
    public int Minimum { get; set; } = 1;

    /// <summary>Most replicas. The orchestrator's own maximum applies as well.</summary>
    /// <value>Default 16; at least <see cref="Minimum"/>.</value>
    [Range(1, 10_000)]
    public int Maximum { get; set; } = 16;

    /// <summary>Time between two decisions.</summary>
    /// <value>Default 1 s; 0.1 s to 1 min.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Time over which arrival rates are measured; at least two readings.</summary>
    /// <value>Default 3 s; at least <see cref="Interval"/>, at most 5 min.</value>
    public TimeSpan RateWindow { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Time in which the backlog that is there now shall be gone.</summary>
    /// <value>Default 30 s; 1 s to 1 h.</value>
    public TimeSpan CatchUpTarget { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Share of its true rate that a replica is planned to be busy with.</summary>
    /// <value>Default 0.7; above 0, at most 1.</value>
    public double TargetUtilisation { get; set; } = 0.7;

    /// <summary>For so long fewer replicas must have been enough before one goes.</summary>
    /// <value>Default 60 s; 0 to 1 h.</value>
    public TimeSpan StabilisationWindow { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A member that has not reported for so long counts as gone.</summary>
    /// <value>Default 10 s; 1 s to 5 min.</value>
    public TimeSpan MemberTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A replica that was asked for and does not run after so long is asked for again.</summary>
    /// <value>Default 30 s; 1 s to 1 h.</value>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
