using Microsoft.Extensions.Configuration;
using StreamSocial.AppHost.Control;
using StreamSocial.AppHost.Scaling;

namespace StreamSocial.AppHost.Startup;

/// <summary>What the AppHost starts. Kafka has options of its own; those of the services reach them under <c>{service}:…</c>.</summary>
/// <param name="FeedGenerators">How many feed generators there are.</param>
/// <param name="AutoscalerEnabled">Whether the autoscaler starts.</param>
/// <param name="DashboardEnabled">Whether the dashboard starts.</param>
/// <param name="Traffic">What traffic is sent.</param>
/// <param name="Control">Where the control server listens, and what it asks for; a program that starts the AppHost as a child sets both.</param>
internal sealed record AppHostOptions(
    FeedGeneratorOptions FeedGenerators, bool AutoscalerEnabled, bool DashboardEnabled, TrafficKind Traffic, ControlEndpoint Control)
{
    /// <summary>Cap with which the spike of the demo's traffic needs three or four feed generators (measured: it makes some 14,000 entries a second).</summary>
    private const int DemoEntriesPerSecond = 3_000;

    private static readonly string[] OwnTraffic = ["Traffic:Trace", "Traffic:EventsPerSecond", "Traffic:Speed"];

    /// <param name="configuration">The configuration.</param>
    /// <param name="isRun">Whether the application runs here; what is published is no demo unless that is asked for, and never capped as one.</param>
    /// <exception cref="AppHostConfigurationException">Something cannot be read or is out of range; everything that is wrong is named.</exception>
    public static AppHostOptions From(IConfiguration configuration, bool isRun = true)
    {
        try
        {
            var generators = configuration.GetSection(FeedGeneratorOptions.SectionName).Get<FeedGeneratorOptions>() ?? new FeedGeneratorOptions();
            var control = ControlEndpoint.From(configuration);
            var errors = generators.Validate().Concat(control.Validate()).ToArray();
            var traffic = ReadTraffic(configuration, isRun);
            generators = generators with
            {
                MaxEntriesPerSecond = generators.MaxEntriesPerSecond ?? configuration.GetValue<int?>("Streams:MaxEntriesPerSecond")
                    ?? (traffic == TrafficKind.Demo && isRun ? DemoEntriesPerSecond : 0),
            };
            return errors.Length == 0
                ? new AppHostOptions(
                    generators,
                    configuration.GetValue("Autoscaler:Enabled", true),
                    configuration.GetValue("Dashboard:Enabled", true),
                    traffic,
                    control)
                : throw new AppHostConfigurationException(string.Join(' ', errors));
        }
        catch (InvalidOperationException e)
        {
            throw new AppHostConfigurationException($"{e.Message} Correct this option.", e);
        }
    }

    private static TrafficKind ReadTraffic(IConfiguration configuration, bool isRun)
    {
        var isOwn = OwnTraffic.Any(key => !string.IsNullOrEmpty(configuration[key]));
        return !configuration.GetValue("Traffic:Enabled", isRun || isOwn) ? TrafficKind.None : isOwn ? TrafficKind.Own : TrafficKind.Demo;
    }
}

/// <summary>What traffic is sent to ingest.</summary>
internal enum TrafficKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>A celebrity's post goes viral again and again.</summary>
    Demo,

    /// <summary>What the options of the traffic say.</summary>
    Own,
}

/// <summary>The AppHost cannot start as configured. The message says what to do.</summary>
internal sealed class AppHostConfigurationException(string message, Exception? innerException = null) : Exception(message, innerException);
