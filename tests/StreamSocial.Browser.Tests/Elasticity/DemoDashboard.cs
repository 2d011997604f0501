using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamSocial.Dashboard;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Dashboard.Sources.Demo;
using StreamSocial.ServiceDefaults;

namespace StreamSocial.Browser.Tests.Elasticity;

/// <summary>The dashboard with its made-up group, whose source a test can stop and whose answers it can replace.</summary>
internal sealed class DemoDashboard : IAsyncDisposable
{
    public const string Token = "token-of-the-browser-tests";

    private readonly WebApplication _app;
    private readonly GatedSource _source;
    private readonly StreamConnections _streams;

    private DemoDashboard(WebApplication app, GatedSource source, StreamConnections streams) => (_app, _source, _streams) = (app, source, streams);

    public string Address => _app.Urls.Single();

    /// <summary>The page with its token.</summary>
    public string Link => $"{Address}/#token={Token}";

    /// <summary>Answers the next streams instead of the dashboard; null for its own answer.</summary>
    public RequestDelegate? Answer
    {
        set => _streams.Answer = value;
    }

    public static async Task<DemoDashboard> StartAsync(string url = "http://127.0.0.1:0", params string[] arguments)
    {
        var builder = WebApplication.CreateBuilder([$"--urls={url}", "--Dashboard:Demo=true", $"--Dashboard:ControlToken={Token}", .. arguments]);
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddDashboard();
        builder.Services.AddSingleton<GatedSource>();
        builder.Services.AddSingleton<IClusterSource>(services => services.GetRequiredService<GatedSource>());
        var app = builder.Build();
        var streams = new StreamConnections();
        app.Use(streams.HandleAsync);
        app.MapDashboard();
        await app.StartAsync();
        return new DemoDashboard(app, app.Services.GetRequiredService<GatedSource>(), streams);
    }

    /// <summary>Lets the source hang, as brokers do that do not answer.</summary>
    public void Freeze() => _source.Freeze();

    public void Thaw() => _source.Thaw();

    /// <summary>Cuts all streams, in the middle of whatever they send.</summary>
    public void CutStreams() => _streams.Cut();

    /// <summary>Connections over which snapshots go.</summary>
    public int OpenStreams => _streams.Open;

    /// <summary>Waits until there are so many of them.</summary>
    public async Task WaitForStreamsAsync(int count)
    {
        for (var tries = 0; OpenStreams != count; tries++)
        {
            Assert.True(tries < 500, $"{count} streams should be open within 5 s; {OpenStreams} are.");
            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _source.Thaw();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class GatedSource(DemoClusterSource inner) : IClusterSource
    {
        private volatile TaskCompletionSource? _gate;

        public async Task<ClusterReading> ReadAsync(CancellationToken cancellationToken)
        {
            if (_gate is { } gate)
                await gate.Task.WaitAsync(cancellationToken);
            return await inner.ReadAsync(cancellationToken);
        }

        public void Freeze() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Thaw()
        {
            _gate?.TrySetResult();
            _gate = null;
        }
    }

    private sealed class StreamConnections
    {
        private readonly Lock _gate = new();
        private readonly List<HttpContext> _open = [];

        public volatile RequestDelegate? Answer;

        public int Open
        {
            get
            {
                lock (_gate)
                    return _open.Count;
            }
        }

        public async Task HandleAsync(HttpContext context, RequestDelegate next)
        {
            if (!context.Request.Path.StartsWithSegments("/api/stream"))
            {
                await next(context);
                return;
            }
            lock (_gate)
                _open.Add(context);
            try
            {
                await (Answer ?? next)(context);
            }
            finally
            {
                lock (_gate)
                    _open.Remove(context);
            }
        }

        public void Cut()
        {
            lock (_gate)
                _open.ForEach(context => context.Abort());
        }
    }
}
