using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Polly;
using Polly.Retry;

namespace StreamSocial.AppHost.Restarting;

internal static class ServiceRestartsExtensions
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Starts services and broker processes that ended without being asked again, after pauses that double from one second to half a minute, with jitter.</summary>
    public static void AddServiceRestarts(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsRunMode)
            return;

        builder.Services.AddResiliencePipeline(ServiceSupervisor.PipelineName, (pipeline, context) =>
        {
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            pipeline.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ServiceEndedException>(),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstPause,
                MaxDelay = LongestPause,
            });
        });
        builder.Services.AddSingleton<ServiceSupervisor>();
        builder.Services.AddSingleton<IHostedService>(services => services.GetRequiredService<ServiceSupervisor>());
        builder.Services.AddHostedService<EndedOutput>();
    }

    /// <summary>Lets a service end by itself with exit code 0: it has done its work and is not started again.</summary>
    public static IResourceBuilder<ProjectResource> MayFinish(this IResourceBuilder<ProjectResource> service) => service.WithAnnotation(new FiniteServiceAnnotation());
}
