using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Control;

namespace StreamSocial.Unit.Tests.Control;

/// <summary>An HTTP server that answers every request as the test says, and a client whose clock the test advances.</summary>
internal sealed class StubControlServer : IAsyncDisposable
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;
    private readonly HttpClient _http = new() { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StubControlServer(Func<HttpContext, Task<IResult>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Map("/{**path}", async (HttpContext context) =>
        {
            using var body = new StreamReader(context.Request.Body);
            Request = $"{context.Request.Method} {context.Request.Path} {await body.ReadToEndAsync()}".Trim();
            Authorization = context.Request.Headers.Authorization;
            _asked.TrySetResult();
            return await answer(context);
        });
    }

    public FakeTimeProvider Time { get; } = new();

    /// <summary>Completes when the first request has arrived.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Method, path and body of the latest request.</summary>
    public string? Request { get; private set; }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The Authorization header of the latest request.</summary>
    public string? Authorization { get; private set; }

    public ControlClient Client => Create(Address);

    public static async Task<StubControlServer> StartAsync(Func<HttpContext, Task<IResult>> answer)
    {
        var server = new StubControlServer(answer);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public static Task<StubControlServer> StartAsync(IResult answer) => StartAsync(_ => Task.FromResult(answer));

    public ControlClient Create(Uri? endpoint, string? token = null) =>
        new(_http, Options.Create(new ControlOptions { Endpoint = endpoint, Token = token, Timeout = Timeout, CommandTimeout = Timeout * 10 }), Time);

    /// <summary>Ends the server; its address refuses connections from then on.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}
