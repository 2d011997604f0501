using Microsoft.Extensions.Options;

namespace StreamSocial.Dashboard;

/// <summary>Checks durations and links; reports every error at once.</summary>
internal sealed class DashboardOptionsValidator : IValidateOptions<DashboardOptions>
{
    public ValidateOptionsResult Validate(string? name, DashboardOptions options)
    {
        var errors = new List<string>();
        CheckRange(nameof(options.Interval), options.Interval, TimeSpan.FromSeconds(0.2), TimeSpan.FromMinutes(1));
        CheckRange(nameof(options.RateWindow), options.RateWindow, options.Interval, TimeSpan.FromMinutes(5));
        CheckRange(nameof(options.HistoryLength), options.HistoryLength, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        CheckRange(nameof(options.MemberTimeout), options.MemberTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        foreach (var (title, address) in options.Links)
        {
            if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
                errors.Add($"{DashboardOptions.SectionName}:Links:{title} is {address}; give an absolute http address.");
        }
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckRange(string option, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                errors.Add($"{DashboardOptions.SectionName}:{option} is {value}; give {least} to {most}.");
        }
    }
}
