using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace StreamSocial.AppHost.Control;

/// <summary>An HTTP server on loopback inside the AppHost.</summary>
/// <param name="url">Where it listens; null for a free port.</param>
internal sealed class ControlServer(string? url) : IAsyncDisposable
{
    private WebApplication? _app;
    private Uri? _address;

    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Uri Address => _address ?? throw new InvalidOperationException("The control server has no address before it starts.");

    public bool HasStarted => _address is not null;

    public async Task StartAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        // Not the working directory, which is watched with all below it for changed settings: the brokers may keep their logs there.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url ?? "http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never);
        builder.Services.AddProblemDetails();
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapScale(services);
        app.MapResources(services);
        app.MapKafka(services);
        await app.StartAsync(cancellationToken);
        _app = app;
        _address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }
}
