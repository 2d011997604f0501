using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Policies;
using StreamSocial.Control;

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

    /// <summary>Name of the policy that decides.</summary>
    /// <value>Default <c>lag-and-rate</c>; the name of a registered policy.</value>
    public string Policy { get; set; } = LagAndRatePolicy.PolicyName;

    /// <summary>Name of the actuator that starts and stops replicas: <c>aspire</c> or <c>observed</c>.</summary>
    /// <value>Default <c>aspire</c> where <c>Scale:Endpoint</c> is set, <c>observed</c> otherwise; the name of a registered actuator.</value>
    public string? Actuator { get; set; }

    /// <summary>Fewest replicas. The orchestrator's own minimum applies as well.</summary>
    /// <value>Default 1; 1 to <see cref="Maximum"/>.</value>
    [Range(1, 10_000)]
    public int Minimum { get; set; } = 1;

    /// <summary>Most replicas. The orchestrator's own maximum applies as well.</summary>
    /// <value>Default 16; <see cref="Minimum"/> to 10,000.</value>
    [Range(1, 10_000)]
    public int Maximum { get; set; } = 16;

    /// <summary>Time between two decisions.</summary>
    /// <value>Default 1 s; 0.1 s to 1 min.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Time over which arrival rates are measured; at least two readings.</summary>
    /// <value>Default 3 s; at least <see cref="Interval"/>, at most 5 min.</value>
    public TimeSpan RateWindow { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Time within which the present backlog is to be processed.</summary>
    /// <value>Default 30 s; 1 s to 1 h.</value>
    public TimeSpan CatchUpTarget { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Share of its true rate at which a replica is planned to run.</summary>
    /// <value>Default 0.7; above 0, at most 1.</value>
    public double TargetUtilisation { get; set; } = 0.7;

    /// <summary>How long fewer replicas must suffice before one is removed.</summary>
    /// <value>Default 60 s; 0 to 1 h.</value>
    public TimeSpan StabilisationWindow { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a member may be silent before it counts as gone.</summary>
    /// <value>Default 10 s; 1 s to 5 min.</value>
    public TimeSpan MemberTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a replica may take to run before it is asked for again.</summary>
    /// <value>Default 30 s; 1 s to 1 h.</value>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Sets the default actuator, which depends on whether there is a control server.</summary>
internal sealed class AutoscalerDefaults(IOptions<ControlOptions> control) : IPostConfigureOptions<AutoscalerOptions>
{
    public void PostConfigure(string? name, AutoscalerOptions options)
    {
        if (string.IsNullOrEmpty(options.Actuator))
            options.Actuator = control.Value.Endpoint is null ? ObservedReplicaActuator.ActuatorName : AspireReplicaActuator.ActuatorName;
    }
}

/// <summary>Checks durations, names and rules between options; reports every error at once.</summary>
internal sealed class AutoscalerOptionsValidator(
    IEnumerable<IScalingPolicy> policies, IEnumerable<IReplicaActuator> actuators, IOptions<ControlOptions> control) : IValidateOptions<AutoscalerOptions>
{
    public ValidateOptionsResult Validate(string? name, AutoscalerOptions options)
    {
        var errors = new List<string>();
        CheckRange(nameof(options.Interval), options.Interval, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1));
        CheckRange(nameof(options.RateWindow), options.RateWindow, options.Interval, TimeSpan.FromMinutes(5));
        CheckRange(nameof(options.CatchUpTarget), options.CatchUpTarget, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        CheckRange(nameof(options.StabilisationWindow), options.StabilisationWindow, TimeSpan.Zero, TimeSpan.FromHours(1));
        CheckRange(nameof(options.MemberTimeout), options.MemberTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        CheckRange(nameof(options.StartTimeout), options.StartTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        if (options.TargetUtilisation is not (> 0 and <= 1))
            errors.Add($"{AutoscalerOptions.SectionName}:TargetUtilisation is {options.TargetUtilisation}; give a share above 0, at most 1.");
        if (options.Minimum > options.Maximum)
            errors.Add($"{AutoscalerOptions.SectionName}:Minimum ({options.Minimum}) is above Maximum ({options.Maximum}).");
        CheckName(nameof(options.Policy), options.Policy, policies.Select(policy => policy.Name));
        CheckName(nameof(options.Actuator), options.Actuator, actuators.Select(actuator => actuator.Name));
        if (NeedsControlServer(options) && control.Value.Endpoint is null)
            errors.Add($"{ControlOptions.SectionName}:Endpoint is not set; give the address of the AppHost's scale endpoint or set {AutoscalerOptions.SectionName}:DryRun.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckRange(string option, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                errors.Add($"{AutoscalerOptions.SectionName}:{option} is {value}; give {least} to {most}.");
        }

        void CheckName(string option, string? value, IEnumerable<string> known)
        {
            var names = known.Order(StringComparer.Ordinal).ToArray();
            if (!names.Contains(value))
                errors.Add($"{AutoscalerOptions.SectionName}:{option} is '{value}'; give one of: {string.Join(", ", names)}.");
        }
    }

    /// <summary>The observed group cannot be resized, so without a dry run it only makes sense with another actuator.</summary>
    private static bool NeedsControlServer(AutoscalerOptions options) => options is { Enabled: true, DryRun: false }
        && options.Actuator is AspireReplicaActuator.ActuatorName or ObservedReplicaActuator.ActuatorName;
}
