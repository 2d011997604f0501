using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using StreamSocial.ServiceDefaults.Http.Limits;
using IPNetwork = System.Net.IPNetwork;

namespace StreamSocial.ServiceDefaults.Http;

/// <summary>What every HTTP API of StreamSocial has in common. Usable without the other defaults.</summary>
public static class HttpApiExtensions
{
    private const string PathBaseKey = "PathBase";

    /// <summary>Adds what <see cref="UseHttpApi"/> puts into the pipeline: problem details, strict JSON, compression, CORS, forwarded headers, limits of clients.</summary>
    public static IServiceCollection AddHttpApi(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<HttpApiOptions, HttpApiOptionsValidator>().BindConfiguration(HttpApiOptions.SectionName);
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context => ApiProblems.NameReason(context.ProblemDetails));
        services.AddExceptionHandler<ClientFaultHandler>();
        // In every environment: the handler answers all of them in one way.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            // Readers disagree on which of two properties of a name counts, and on what a number is that comes as text.
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            // What is never null, or no number, is refused where it is read.
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.Converters.Add(new FiniteNumberConverter());
        });
        services.AddRequestDecompression();
        services.AddSingleton<IResponseCompressionProvider, LargeAnswerCompression>();
        services.AddResponseCompression(compression =>
        {
            // No answer mixes a secret with what a client sent, so that its length would tell something.
            compression.EnableForHttps = true;
            // Streams are left out: compressed events would wait for each other.
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "image/svg+xml"];
        });
        services.AddClientLimits();
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<HttpApiOptions>>((cors, api) => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(api.Value.Origins)
            .WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post)
            .AllowAnyHeader()
            .WithExposedHeaders(HeaderNames.RetryAfter)));
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<HttpApiOptions>>((forwarded, api) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.All;
            foreach (var network in api.Value.Proxies)
                forwarded.KnownIPNetworks.Add(IPNetwork.Parse(network));
        });
        return services;
    }

    /// <summary>The path that stands before all paths of the service, which <c>ASPNETCORE_PATHBASE</c> sets.</summary>
    public static PathString PathBaseOf(IConfiguration configuration) =>
        configuration[PathBaseKey]?.Trim('/') is { Length: > 0 } prefix ? new PathString("/" + prefix) : PathString.Empty;

    /// <summary>Puts the common part into the pipeline, routing included. Call it before anything else is used.</summary>
    /// <param name="app">The service.</param>
    /// <param name="forOtherOrigins">Whether pages of the origins that <see cref="HttpApiOptions.AllowedOrigins"/> names may call it.</param>
    public static void UseHttpApi(this WebApplication app, bool forOtherOrigins = false)
    {
        app.UseForwardedHeaders();
        if (PathBaseOf(app.Configuration) is { HasValue: true } pathBase)
            app.UsePathBase(pathBase);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseHeadRequests();
        app.UseResponseCompression();
        app.UseRouting();
        if (forOtherOrigins)
            app.UseCors();
        app.UseRequestLimits();
        app.UseRequestDecompression();
        app.UsePathValues();
    }
}
