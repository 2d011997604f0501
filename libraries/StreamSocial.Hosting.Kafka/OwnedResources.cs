using Aspire.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace StreamSocial.Hosting.Kafka;

internal static class OwnedResources
{
    /// <summary>Disposes of something after everything else has stopped.</summary>
    public static void OwnUntilTheEnd<T>(this IDistributedApplicationBuilder builder, T owned)
        where T : class, IDisposable
    {
        // A container disposes only of what it has made, and makes only what is asked for.
        builder.Services.AddSingleton(_ => owned);
        builder.OnBeforeStart((start, _) =>
        {
            start.Services.GetRequiredService<T>();
            return Task.CompletedTask;
        });
    }
}
