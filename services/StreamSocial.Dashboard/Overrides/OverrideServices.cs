using Microsoft.Extensions.Options;
using StreamSocial.Control;
using StreamSocial.Dashboard.Sources;
using StreamSocial.ServiceDefaults.Control;

namespace StreamSocial.Dashboard.Overrides;

internal static class OverrideServices
{
    /// <summary>Longest wait for the autoscaler, which records what it is told: longer than it waits for the brokers (10 s).</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>Adds the autoscaler's override and the token that protects it.</summary>
    public static void AddOverrides(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddControlClient().RemoveAllResilienceHandlers();
        services.AddSingleton(provider => new ControlToken(
            provider.GetRequiredService<IOptions<DashboardOptions>>().Value.ControlToken ?? provider.GetRequiredService<IOptions<ControlOptions>>().Value.Token));
        services.AddHostedService<ControlLinkLogger>();
        services.AddMonitor<OverrideMonitor>();
        // It is asked again all the time, and a person who pressed a button sees that it failed: no retries.
        services.AddHttpClient<IOverrides, AutoscalerClient>(http =>
        {
            http.BaseAddress = new Uri($"http://{AutoscalerClient.Service}");
            http.Timeout = Timeout;
        }).RemoveAllResilienceHandlers();
    }
}
