using Microsoft.Extensions.Configuration;
using StreamSocial.AppHost.Scaling;

namespace StreamSocial.AppHost.Startup;

/// <summary>What the AppHost starts. Kafka has options of its own; those of the services reach them under <c>{service}:…</c>.</summary>
/// <param name="FeedGenerators">How many feed generators there are.</param>
/// <param name="AutoscalerEnabled">Whether the autoscaler starts.</param>
/// <param name="DashboardEnabled">Whether the dashboard starts.</param>
/// <param name="TrafficEnabled">Whether traffic is sent.</param>
/// <param name="ControlUrl">Where the control server listens, for a program that starts the AppHost as a child; null for a free port.</param>
internal sealed record AppHostOptions(
    FeedGeneratorOptions FeedGenerators, bool AutoscalerEnabled, bool DashboardEnabled, bool TrafficEnabled, string? ControlUrl)
{
    /// <exception cref="AppHostConfigurationException">Something cannot be read or is out of range; everything that is wrong is named.</exception>
    public static AppHostOptions From(IConfiguration configuration)
    {
        try
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
        catch (InvalidOperationException e)
        {
            throw new AppHostConfigurationException($"{e.Message} Correct this option.", e);
        }
    }
}

/// <summary>The AppHost cannot start as configured. The message says what to do.</summary>
internal sealed class AppHostConfigurationException(string message, Exception? innerException = null) : Exception(message, innerException);
