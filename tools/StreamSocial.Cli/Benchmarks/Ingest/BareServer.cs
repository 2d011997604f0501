using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Cli.Benchmarks.Ingest;

/// <summary>The least that a service can do: reads a body to its end and answers 202.</summary>
internal static class BareServer
{
    public const string CommandName = "server";
    public const string UrlOption = "--url";

    /// <summary>Serves until its input ends, with the process that started it at the latest.</summary>
    public static async Task RunAsync(string url, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        await using var app = builder.Build();
        app.MapGet("/health", () => Results.Ok());
        app.MapPost("/v1/actions", async (HttpRequest request) =>
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
                request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return Results.Accepted();
            }
        });
        await app.StartAsync(cancellationToken);
        await Console.In.ReadToEndAsync(cancellationToken);
        await app.StopAsync(CancellationToken.None);
    }
}
