using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Confluent.Kafka;

/// <summary>What producers and consumers have in common.</summary>
internal static class KafkaClients
{
    private const string LogCategory = "Aspire.Confluent.Kafka";
    private const int StatisticsIntervalMs = 1000;

    /// <summary>Reads the section of a kind of client, then its part named like the connection; the connection string takes precedence.</summary>
    public static void Bind<TSettings>(IHostApplicationBuilder builder, string section, string connectionName, TSettings settings, ClientConfig config, Action<TSettings, string> setConnectionString)
        where TSettings : class
    {
        var common = builder.Configuration.GetSection(section);
        foreach (var source in new[] { common, common.GetSection(connectionName) })
        {
            source.Bind(settings);
            // The binder does not follow a property without a setter of this type.
            source.GetSection("Config").Bind(config);
        }

        if (builder.Configuration.GetConnectionString(connectionName) is { } brokers)
            setConnectionString(settings, brokers);
    }

    public static void Consolidate(ClientConfig config, string? connectionString, bool disableMetrics)
    {
        if (connectionString is not null)
            config.BootstrapServers = connectionString;
        if (!disableMetrics)
            config.StatisticsIntervalMs ??= StatisticsIntervalMs;
    }

    /// <summary>Adds what observes a client: the meter of its statistics, and a health check.</summary>
    public static void AddObservation(IHostApplicationBuilder builder, string healthCheck, ClientConfig config, bool disableMetrics, bool disableHealthChecks)
    {
        if (!disableMetrics)
        {
            builder.Services.TryAddSingleton<KafkaStatistics>();
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(KafkaStatistics.MeterName));
        }

        if (!disableHealthChecks)
        {
            builder.Services.TryAddKeyedSingleton(healthCheck, (_, _) => new KafkaHealthCheck(config));
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                healthCheck, services => services.GetRequiredKeyedService<KafkaHealthCheck>(healthCheck), failureStatus: null, tags: null));
        }
    }

    /// <summary>A handler that the application has set itself stays; a builder refuses a second one.</summary>
    public static void SetUnlessSet(Action set)
    {
        try
        {
            set();
        }
        catch (InvalidOperationException)
        {
            // The application's own handler.
        }
    }

    public static Action<TClient, LogMessage> LogTo<TClient>(IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(LogCategory);
        return (_, message) => logger.Log((LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging), default, message.Message, null, static (text, _) => text);
    }
}
