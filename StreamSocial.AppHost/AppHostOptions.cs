using Microsoft.Extensions.Configuration;
using StreamSocial.AppHost.Scaling;

namespace StreamSocial.AppHost;

/// <summary>What the AppHost starts. Kafka has options of its own; those of the services reach them under <c>{service}:…</c>.</summary>
internal sealed record AppHostOptions(FeedGeneratorOptions FeedGenerators, bool AutoscalerEnabled, bool TrafficEnabled)
{
    /// <exception cref="AppHostConfigurationException">Something is out of range.</exception>
    public static AppHostOptions From(IConfiguration configuration)
    {
        var generators = configuration.GetSection(FeedGeneratorOptions.SectionName).Get<FeedGeneratorOptions>() ?? new FeedGeneratorOptions();
        var errors = generators.Validate().ToArray();
        return errors.Length == 0
            ? new AppHostOptions(generators, configuration.GetValue("Autoscaler:Enabled", true), configuration.GetValue("Traffic:Enabled", true))
            : throw new AppHostConfigurationException(string.Join(' ', errors));
    }
}
