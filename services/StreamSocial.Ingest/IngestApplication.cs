using StreamSocial.Ingest.Http;
using StreamSocial.ServiceDefaults;

namespace StreamSocial.Ingest;

/// <summary>The service as a whole, for the process and for tests.</summary>
internal static class IngestApplication
{
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        configure?.Invoke(builder);
        builder.AddIngest();

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapDefaultEndpoints();
        return app.MapIngest();
    }
}
