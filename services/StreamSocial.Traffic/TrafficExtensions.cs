using Microsoft.Extensions.Options;
using StreamSocial.ServiceDefaults;

namespace StreamSocial.Traffic;

internal static class TrafficExtensions
{
    /// <summary>Adds the worker that replays, and its options.</summary>
    public static void AddTraffic(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<TrafficOptions>, TrafficOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<TrafficOptions>, TrafficRulesValidator>();
        builder.Services.AddOptionsWithValidateOnStart<TrafficOptions>().BindConfiguration(TrafficOptions.SectionName);

        // Not from the client factory: the replayer tries again by itself, and for longer.
        builder.Services.AddSingleton(services => new HttpClient
        {
            BaseAddress = services.GetRequiredService<IConfiguration>().GetServiceUri("ingest"),
            Timeout = Timeout.InfiniteTimeSpan,
        });
        builder.Services.AddSingleton<TraceFactory>();
        builder.Services.AddHostedService<TrafficWorker>();
    }
}
