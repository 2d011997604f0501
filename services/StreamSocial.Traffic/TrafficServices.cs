using Microsoft.Extensions.Options;

namespace StreamSocial.Traffic;

/// <summary>Registers the service.</summary>
internal static class TrafficServices
{
    /// <summary>Name of the service that the trace is sent to and of the HTTP client for it.</summary>
    public const string Ingest = "ingest";

    /// <summary>Adds the worker that replays, and its options.</summary>
    public static void AddTraffic(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<TrafficOptions>, TrafficOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<TrafficOptions>, TrafficRulesValidator>();
        builder.Services.AddOptionsWithValidateOnStart<TrafficOptions>().BindConfiguration(TrafficOptions.SectionName);

        // No default resilience pipeline: the replayer limits and repeats each request itself, for longer and with its own options.
        builder.Services.AddHttpClient(Ingest, client =>
        {
            client.BaseAddress = new Uri($"http://{Ingest}");
            client.Timeout = Timeout.InfiniteTimeSpan;
        }).RemoveAllResilienceHandlers();
        builder.Services.AddSingleton<TraceFactory>();
        builder.Services.AddHostedService<TrafficWorker>();
    }
}
