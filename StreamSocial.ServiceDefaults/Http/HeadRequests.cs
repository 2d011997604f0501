using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace StreamSocial.ServiceDefaults.Http;

/// <summary>Answers HEAD as GET: the server leaves the body out by itself, since it remembers the method that it read.</summary>
public static class HeadRequests
{
    /// <summary>Whether only the headers are asked for; a stream then ends at once.</summary>
    public static bool IsHead(this HttpContext context) => context.Features.Get<HeadFeature>() is not null;

    internal static void UseHeadRequests(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        context.Features.Set(HeadFeature.Instance);
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
        }
    });

    private sealed class HeadFeature
    {
        public static HeadFeature Instance { get; } = new();
    }
}
