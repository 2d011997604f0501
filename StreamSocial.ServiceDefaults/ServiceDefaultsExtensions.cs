using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.ServiceDefaults.HttpClients;
using StreamSocial.ServiceDefaults.Telemetry;

namespace StreamSocial.ServiceDefaults;

/// <summary>What every StreamSocial service has in common: telemetry, health checks, HTTP clients with retries and service discovery, one clock, a bounded shutdown.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Adds the defaults. <see cref="DefaultEndpoints.MapDefaultEndpoints"/> maps the endpoints.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddQuietLogging();
        builder.AddTelemetry();
        builder.AddHttpClientDefaults();

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [DefaultEndpoints.LiveTag]);

        builder.Services.AddOptionsWithValidateOnStart<ShutdownOptions>()
            .BindConfiguration(ShutdownOptions.SectionName)
            .ValidateDataAnnotations();
        // From the configuration, unchecked: the host reads this while it is built, and an exception there would hide what else is wrong.
        builder.Services.AddOptions<HostOptions>().Configure<IConfiguration>((host, configuration) =>
            host.ShutdownTimeout = configuration.GetValue($"{ShutdownOptions.SectionName}:{nameof(ShutdownOptions.Timeout)}", new ShutdownOptions().Timeout));
        return builder;
    }

    /// <summary>One line per record, and of the framework only what goes wrong; configuration (<c>Logging:LogLevel:…</c>) overrides it.</summary>
    private static void AddQuietLogging(this IHostApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:System.Net.Http"] = "Warning",
                ["Logging:LogLevel:Microsoft.Hosting"] = "Warning",
                // A start that fails is told by ServiceRunner or the runtime, and the failure of a background service a second time as critical.
                ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",
                ["Logging:LogLevel:Yarp"] = "Warning",
                // Reports each attempt. The caller reports the outcome; the meter "Polly" counts the attempts.
                ["Logging:LogLevel:Polly"] = "None",
                // Says at every probe that a service is not ready; the probe's answer says it too.
                ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
            },
        });
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
    }
}
