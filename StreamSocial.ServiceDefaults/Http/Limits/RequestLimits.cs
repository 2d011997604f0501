using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace StreamSocial.ServiceDefaults.Http.Limits;

/// <summary>Bounds the requests of each client by ASP.NET's rate limiter.</summary>
internal static class RequestLimits
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Adds the limits of clients.</summary>
    public static void AddClientLimits(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ClientLimitOptions>().BindConfiguration(ClientLimitOptions.SectionName).ValidateDataAnnotations();
        // The AppHost's control server has no other defaults.
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StreamLimiter>();
        services.AddSingleton<BodyBudget>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ClientLimitOptions>>((limiter, limits) =>
        {
            var requests = limits.Value.RequestsPerSecond;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, object>(context => IsUnlimited(context)
                ? RateLimitPartition.GetNoLimiter<object>(UnlimitedCaller.Instance)
                : RateLimitPartition.GetTokenBucketLimiter<object>(ClientAddress.Of(context), _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = requests,
                    TokensPerPeriod = requests,
                    ReplenishmentPeriod = Period,
                    QueueLimit = 0,
                }));
            limiter.OnRejected = static (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext));
        });
    }

    /// <summary>Puts the limiter into the pipeline, unless requests have no limit.</summary>
    public static void UseRequestLimits(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<ClientLimitOptions>>().Value.RequestsPerSecond > 0)
            app.UseRateLimiter();
    }

    private static bool IsUnlimited(HttpContext context) => context.Features.Get<UnlimitedCaller>() is not null || DefaultEndpoints.IsProbe(context);

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = Period.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return ApiProblems.TooManyRequests.Answer().ExecuteAsync(context);
    }
}
