using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Actuation;

namespace StreamSocial.Autoscaler;

/// <summary>Checks ranges of durations and rules between options; reports every error at once.</summary>
internal sealed class AutoscalerOptionsValidator(IOptions<ScaleOptions> scale) : IValidateOptions<AutoscalerOptions>
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
        if (options is { Enabled: true, DryRun: false } && scale.Value.Endpoint is null)
            errors.Add($"{ScaleOptions.SectionName}:Endpoint is not set; give the address of the AppHost's scale endpoint or set {AutoscalerOptions.SectionName}:DryRun.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckRange(string option, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                errors.Add($"{AutoscalerOptions.SectionName}:{option} is {value}; give {least} to {most}.");
        }
    }
}
