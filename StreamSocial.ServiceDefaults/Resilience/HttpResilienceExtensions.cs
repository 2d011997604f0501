using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace StreamSocial.ServiceDefaults.Resilience;

internal static class HttpResilienceExtensions
{
    /// <summary>Puts the resilience pipeline into every client of <see cref="IHttpClientFactory"/>.</summary>
    public static void AddHttpResilience(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<HttpResilienceOptions>()
            .BindConfiguration(HttpResilienceOptions.SectionName)
            .ValidateDataAnnotations();
        builder.Services.AddSingleton<HttpResiliencePipeline>();
        builder.Services.AddTransient<HttpResilienceHandler>();
        builder.Services.ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler<HttpResilienceHandler>());
    }
}
