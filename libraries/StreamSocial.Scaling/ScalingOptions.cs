using System.ComponentModel.DataAnnotations;

namespace StreamSocial.Scaling;

/// <summary>What a scaling policy aims at and its limits.</summary>
public class ScalingOptions
{
    /// <summary>Fewest replicas. The orchestrator's own minimum applies as well.</summary>
    /// <value>Default 1; 1 to <see cref="Maximum"/>.</value>
    [Range(1, 10_000)]
    public int Minimum { get; set; } = 1;

    /// <summary>Most replicas. The orchestrator's own maximum applies as well.</summary>
    /// <value>Default 16; <see cref="Minimum"/> to 10,000.</value>
    [Range(1, 10_000)]
    public int Maximum { get; set; } = 16;

    /// <summary>Time over which rates are measured; at least two readings.</summary>
    /// <value>Default 3 s; 0.1 s to <see cref="AgeTarget"/>, at most 5 min. The load that made the age is measured when it is exceeded.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan RateWindow { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Freshness that users are promised: age of the oldest unprocessed record above which replicas are added.</summary>
    /// <value>Default 4 s; <see cref="RateWindow"/> to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan AgeTarget { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Time within which a backlog is to be processed once the replicas are there.</summary>
    /// <value>Default 45 s; 1 s to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CatchUpTarget { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Time from a decision until added replicas process their share; the backlog grows for so long.</summary>
    /// <value>Default 30 s; 0 to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MoveDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Share of its capacity at which a replica is planned to run.</summary>
    /// <value>Default 0.8; 0.01 to 1.</value>
    [Range(0.01, 1)]
    public double TargetUtilisation { get; set; } = 0.8;

    /// <summary>Share by which the need must differ from a whole number of replicas before it counts as another number.</summary>
    /// <value>Default 0.1; 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Tolerance { get; set; } = 0.1;

    /// <summary>Share of the memory that a replica may hold above which replicas are added: states spread over more of them.</summary>
    /// <value>Default 0.8; 0.01 to 1.</value>
    [Range(0.01, 1)]
    public double MemoryTarget { get; set; } = 0.8;

    /// <summary>
    /// Days whose arrival is kept to tell what comes at this time of the day, so that replicas are there before it does. They are kept in memory: a new process
    /// forecasts again after a day.
    /// </summary>
    /// <value>Default 0: no forecast; 0 to 28.</value>
    [Range(0, 28)]
    public int ForecastDays { get; set; }

    /// <summary>Most replicas after a step out, as a multiple of those before it.</summary>
    /// <value>Default 100; 1.1 to 1,000.</value>
    [Range(1.1, 1_000)]
    public double MaxStepFactor { get; set; } = 100;

    /// <summary>How long fewer replicas must suffice before any is removed.</summary>
    /// <value>Default 60 s; 0 to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StabilisationWindow { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Steps in an hour after which none goes in any more. Steps out are never withheld.</summary>
    /// <value>Default 60; 1 to 3,600.</value>
    [Range(1, 3_600)]
    public int StepsPerHour { get; set; } = 60;

    /// <summary>Age of a member before its measurements count: cold code is slow.</summary>
    /// <value>Default 15 s; 0 to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan WarmUp { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a group may be changing, or a replica not start, before the group is judged nevertheless, with what is unknown as bounds.</summary>
    /// <value>Default 60 s; 1 s to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SettleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a replica may take to run before it is asked for again.</summary>
    /// <value>Default 30 s; 1 s to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Number of replicas to have when the load has been unknown for <see cref="FallbackAfter"/>.</summary>
    /// <value>Default none: the number stays; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int? FallbackReplicas { get; set; }

    /// <summary>How long the load must be unknown before <see cref="FallbackReplicas"/> applies.</summary>
    /// <value>Default 2 min; 1 s to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan FallbackAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Waiting records for one replica, for policy <c>keda</c> only.</summary>
    /// <value>Default 1,000 (KEDA's own is 10); 1 to 1,000,000,000.</value>
    [Range(1, 1_000_000_000)]
    public int LagThreshold { get; set; } = 1_000;
}
