using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamSocial.AppHost.Startup;
using StreamSocial.Hosting.Kafka;

namespace StreamSocial.Docs.Tests.Options;

/// <summary>Checks a configuration as a program does when it starts.</summary>
internal static class StartValidation
{
    /// <summary>Rules between options: what else must be set for an option to take each of its values.</summary>
    private static readonly Dictionary<string, string> Companions = new()
    {
        ["Dashboard:Interval"] = "Dashboard:RateWindow=00:05:00",
        ["Ingest:QueueCapacityRecords"] = "Ingest:MaxBatchActions=1",
    };

    /// <summary>What is said of the option if it has this value; null if it is accepted.</summary>
    public static string? Check(Option option, string value)
    {
        List<string> settings = [$"{option.Key}={value}"];
        if (Companions.TryGetValue(option.Key, out var companion))
            settings.Add(companion);
        return Check(option, settings);
    }

    private static string? Check(Option option, List<string> settings)
    {
        try
        {
            if (option.Root.Assembly == typeof(AppHostOptions).Assembly)
                AppHostOptions.From(Configuration(settings));
            else if (option.Root == typeof(KafkaClusterOptions))
                KafkaClusterOptions.From(Configuration(settings));
            else
                CheckService(ServiceOf(option), settings);
            return null;
        }
        catch (Exception exception) when (exception is OptionsValidationException or AggregateException or InvalidOperationException
            or AppHostConfigurationException or StreamSocial.Hosting.Kafka.Sources.KafkaSourceException)
        {
            return exception.Message;
        }
    }

    private static void CheckService(string service, List<string> settings)
    {
        using var provider = ServiceApps.Create(service, [.. settings.Select(setting => $"--{setting}")]).Services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    /// <summary>A service that has the option.</summary>
    private static string ServiceOf(Option option) => option.Key.Split(':')[0] switch
    {
        "Streams" or "Members" or "Actions" or "Feeds" or "Engagement" or "Notifications" or "Reading" or "Http" or "Peers" or "ClientLimits" => "feed-generator",
        "Autoscaler" or "Scale" => "autoscaler",
        "Dashboard" or "Alerts" => "dashboard",
        "Traffic" => "traffic",
        "Ingest" or "ProducerPool" or "Kafka" or "Telemetry" or "Shutdown" or "HttpResilience" => "ingest",
        var section => throw new ArgumentException($"Which service has section {section}? Name it here."),
    };

    private static IConfiguration Configuration(IEnumerable<string> settings) =>
        new ConfigurationBuilder().AddCommandLine([.. settings.Select(setting => $"--{setting}")]).Build();
}
