using System.Collections.Immutable;
using System.Globalization;
using StreamSocial.Scaling.Lab.Policies;
using StreamSocial.Scaling.Policies;

namespace StreamSocial.Scaling.Lab.Runs;

/// <summary>A policy with its settings.</summary>
/// <param name="Settings">How it is set, for a person.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Options">The options that it decides with.</param>
public sealed record PolicyVariant(string Settings, IScalingPolicy Policy, ScalingOptions Options);

/// <summary>The policies of the lab: each with its documented defaults first, then with the settings that tuning may choose from.</summary>
public static class PolicyCatalog
{
    /// <summary>The policy that the verdict is about.</summary>
    public const string Ours = FreshnessPolicy.PolicyName;

    /// <summary>Freshness that every policy is judged by: the default of <see cref="ScalingOptions.AgeTarget"/>.</summary>
    public static TimeSpan AgeTarget { get; } = new ScalingOptions().AgeTarget;

    /// <summary>Names of the policies that can be chosen.</summary>
    public static ImmutableArray<string> Names { get; } = [Ours, KedaPolicy.PolicyName, HpaPolicy.PolicyName, FlinkPolicy.PolicyName];

    /// <summary>The variants of a policy, the defaults first.</summary>
    public static ImmutableArray<PolicyVariant> VariantsOf(string policy) => policy switch
    {
        FreshnessPolicy.PolicyName => Freshness(),
        KedaPolicy.PolicyName => Keda(),
        HpaPolicy.PolicyName => Hpa(),
        FlinkPolicy.PolicyName => Flink(),
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, null),
    };

    private static ImmutableArray<PolicyVariant> Freshness()
    {
        var policy = new FreshnessPolicy();
        var defaults = Options();
        return
        [
            new(Text($"utilisation {defaults.TargetUtilisation:0.0#}, window {Seconds(defaults.StabilisationWindow)}"), policy, defaults),
            .. from setting in new (double Utilisation, int Window)[] { (0.6, 60), (0.7, 60), (0.9, 60), (0.8, 180) }
               select new PolicyVariant(
                   Text($"utilisation {setting.Utilisation:0.0#}, window {setting.Window} s"),
                   policy,
                   Options(options => (options.TargetUtilisation, options.StabilisationWindow) = (setting.Utilisation, TimeSpan.FromSeconds(setting.Window)))),
        ];
    }

    private static ImmutableArray<PolicyVariant> Keda()
    {
        const int KedasDefault = 10;
        var policy = new KedaPolicy();
        return [.. new[] { KedasDefault, 100, 300, 1_000, 3_000 }.Select(threshold => new PolicyVariant(Text($"threshold {threshold}"), policy, Options(options => options.LagThreshold = threshold)))];
    }

    private static ImmutableArray<PolicyVariant> Hpa() =>
    [
        new(Text($"utilisation {HpaPolicy.DefaultTarget:0.0#}, window {Seconds(PodAutoscaler.ScaleDownWindow)}"), new HpaPolicy(), Options()),
        .. from target in new[] { 0.5, 0.65, 0.8 }
           from window in new[] { 60, 300 }
           where (target, window) != (HpaPolicy.DefaultTarget, 300)
           select new PolicyVariant(Text($"utilisation {target:0.0#}, window {window} s"), new HpaPolicy(target, TimeSpan.FromSeconds(window)), Options()),
    ];

    /// <summary>Tuned, its times are ours: what a replica takes to start, and what a backlog may take.</summary>
    private static ImmutableArray<PolicyVariant> Flink()
    {
        var ours = Options();
        return
        [
            new(Text($"utilisation 0.7, metrics window {Seconds(FlinkSettings.MetricsWindow)}"), new FlinkPolicy(new FlinkSettings()), Windows(FlinkSettings.MetricsWindow, FlinkSettings.ScaleDownInterval)),
            .. from utilisation in new[] { 0.6, 0.8 }
               from window in new[] { 15, 60 }
               select new PolicyVariant(
                   Text($"utilisation {utilisation:0.0#}, metrics window {window} s"),
                   new FlinkPolicy(new FlinkSettings
                   {
                       TargetUtilisation = utilisation, UtilisationBoundary = 0.2, StabilisationInterval = TimeSpan.FromSeconds(15), CatchUpDuration = ours.CatchUpTarget, RestartTime = ours.MoveDuration, MaxScaleDownFactor = 1,
                   }),
                   Windows(TimeSpan.FromSeconds(window), ours.StabilisationWindow)),
        ];

        static ScalingOptions Windows(TimeSpan metrics, TimeSpan scaleDown) => Options(options => (options.RateWindow, options.StabilisationWindow) = (metrics, scaleDown));
    }

    private static ScalingOptions Options(Action<ScalingOptions>? change = null)
    {
        var options = new ScalingOptions { Maximum = ScalingRun.Maximum };
        change?.Invoke(options);
        return options;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => Text($"{time.TotalSeconds:0.#} s");
}
