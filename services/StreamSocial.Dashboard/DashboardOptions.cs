using Microsoft.Extensions.Options;
using StreamSocial.Control;

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

    /// <summary>How far back the charts and the timeline of rebalances go.</summary>
    /// <value>Default 15 min; 1 min to 1 h.</value>
    public TimeSpan HistoryLength { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a member may go without a report before it is shown as silent and owns nothing.</summary>
    /// <value>Default 10 s; 1 s to 5 min.</value>
    public TimeSpan MemberTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Shows made-up figures, marked as such, instead of a cluster's; for work on the page.</summary>
    /// <value>Default false.</value>
    public bool Demo { get; set; }

    /// <summary>Secret that the page's buttons need; whoever has it can change the number of replicas. The dashboard logs a link with it when it starts.</summary>
    /// <value>Default that of <c>Scale:Token</c>, or a random one at each start. 16 characters or more: letters, digits, <c>-</c>, <c>.</c>, <c>_</c> and <c>~</c>.</value>
    public string? ControlToken { get; set; }

    /// <summary>Further links in the page's head, by title. The AppHost sets those that it knows.</summary>
    /// <value>Default none.</value>
    public Dictionary<string, Uri> Links { get; } = [];
}

internal static class DemoMode
{
    /// <summary>Whether <see cref="DashboardOptions.Demo"/> is set: what is registered depends on it, so it is asked before the options are built.</summary>
    public static bool IsDemo(this WebApplicationBuilder builder) => builder.Configuration.GetValue<bool>($"{DashboardOptions.SectionName}:{nameof(DashboardOptions.Demo)}");
}

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
        if (options.ControlToken is { } token && ControlOptions.CheckToken($"{DashboardOptions.SectionName}:{nameof(options.ControlToken)}", token) is { } wrong)
            errors.Add(wrong);
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
