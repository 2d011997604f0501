using Microsoft.Extensions.Configuration;
using StreamSocial.AppHost.Scaling;

namespace StreamSocial.AppHost;

/// <summary>What the AppHost starts. Kafka has options of its own; those of the services reach them under <c>{service}:…</c>.</summary>
/// <param name="FeedGenerators">How many feed generators there are.</param>
/// <param name="AutoscalerEnabled">Whether the autoscaler starts.</param>
/// <param name="DashboardEnabled">Whether the dashboard starts.</param>
/// <param name="TrafficEnabled">Whether traffic is sent.</param>
/// <param name="ControlUrl">Where the control server listens, for who starts the AppHost as a child; null for a free port.</param>
internal sealed record AppHostOptions(
    FeedGeneratorOptions FeedGenerators, bool AutoscalerEnabled, bool DashboardEnabled, bool TrafficEnabled, string? ControlUrl)
{
    /// <exception cref="AppHostConfigurationException">Something is out of range.</exception>
    public static AppHostOptions From(IConfiguration configuration)
    {
        var generators = configuration.GetSection(FeedGeneratorOptions.SectionName).Get<FeedGeneratorOptions>() ?? new FeedGeneratorOptions();
        var errors = generators.Validate().ToArray();
        return errors.Length == 0
            ? new AppHostOptions(
                generators,
                configuration.GetValue("Autoscaler:Enabled", true),
                configuration.GetValue("Dashboard:Enabled", true),
                configuration.GetValue("Traffic:Enabled", true),
                configuration["Control:Url"])
            : throw new AppHostConfigurationException(string.Join(' ', errors));
    }
}
