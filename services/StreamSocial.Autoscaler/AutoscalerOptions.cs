using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Control;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;

namespace StreamSocial.Autoscaler;

/// <summary>When and how far the group of feed generators is resized.</summary>
internal sealed class AutoscalerOptions : ScalingOptions
{
    public const string SectionName = "Autoscaler";

    /// <summary>Whether the loop runs at all; without it the service only answers its health check.</summary>
    /// <value>Default true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Decides and records, but changes nothing; also beside an autoscaler that does.</summary>
    /// <value>Default false.</value>
    public bool DryRun { get; set; }

    /// <summary>Name of the policy that decides.</summary>
    /// <value>Default <c>freshness</c>; the name of a registered policy.</value>
    public string Policy { get; set; } = FreshnessPolicy.PolicyName;

    /// <summary>Name of the actuator that starts and stops replicas: <c>aspire</c> or <c>observed</c>.</summary>
    /// <value>Default <c>aspire</c> where <c>Scale:Endpoint</c> is set, <c>observed</c> otherwise; the name of a registered actuator.</value>
    public string? Actuator { get; set; }

    /// <summary>Time between two decisions.</summary>
    /// <value>Default 1 s; 0.1 s to 1 min.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a number of replicas holds that somebody asked the orchestrator for, past the autoscaler.</summary>
    /// <value>Default 10 min; 0 (the policy goes on at once) to 1 day.</value>
    public TimeSpan ManualHold { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a member may be silent before it counts as gone.</summary>
    /// <value>Default 10 s; 1 s to 5 min.</value>
    public TimeSpan MemberTimeout { get; set; } = TimeSpan.FromSeconds(10);
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
        CheckRange(nameof(options.ManualHold), options.ManualHold, TimeSpan.Zero, TimeSpan.FromDays(1));
        CheckRange(nameof(options.MemberTimeout), options.MemberTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        if (options.Minimum > options.Maximum)
            errors.Add($"{AutoscalerOptions.SectionName}:Minimum ({options.Minimum}) is above Maximum ({options.Maximum}).");
        if (options.RateWindow > options.AgeTarget)
            errors.Add($"{AutoscalerOptions.SectionName}:RateWindow ({options.RateWindow}) is longer than AgeTarget ({options.AgeTarget}).");
        CheckName(nameof(options.Policy), options.Policy, policies.Select(policy => policy.Name));
        CheckName(nameof(options.Actuator), options.Actuator, actuators.Select(actuator => actuator.Name));
        if (NeedsControlServer(options) && control.Value.Endpoint is null)
            errors.Add($"{ControlOptions.SectionName}:Endpoint is not set; give the address of the AppHost's scale endpoint or set {AutoscalerOptions.SectionName}:DryRun.");
        else if (NeedsControlServer(options) && options.Actuator == ObservedReplicaActuator.ActuatorName)
            errors.Add($"{AutoscalerOptions.SectionName}:Actuator is '{options.Actuator}', which only counts the members; give another one or set {AutoscalerOptions.SectionName}:DryRun.");
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
