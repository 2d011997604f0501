using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Browser.Tests.Connections;

/// <summary>A reverse proxy before a dashboard, which takes a path prefix off, and which a test can let fail.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    public const string Prefix = "/streamsocial";

    private static readonly string[] OfOneConnection = ["Transfer-Encoding", "Connection", "Date", "Server"];

    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private volatile CancellationTokenSource _connections = new();
    private volatile bool _isSilent;
    private volatile bool _isFailing;
    private volatile bool _isSlow;

    private TestProxy(WebApplication app, string target)
    {
        _app = app;
        // As many connections as it takes: the limit that matters is the browser's.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None }) { BaseAddress = new Uri(target) };
    }

    /// <summary>The dashboard as the proxy shows it.</summary>
    public string Address => _app.Urls.Single() + Prefix + "/";

    public static async Task<TestProxy> StartAsync(string target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var proxy = new TestProxy(app, target);
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        return proxy;
    }

    /// <summary>Answers everything with 502, and cuts what is open.</summary>
    public void Fail()
    {
        _isFailing = true;
        Interlocked.Exchange(ref _connections!, new CancellationTokenSource()).Cancel();
    }

    /// <summary>Keeps streams open and passes nothing more on.</summary>
    public void FallSilent() => _isSilent = true;

    /// <summary>Passes streams on at 5 KB/s.</summary>
    public void SlowDown() => _isSlow = true;

    public void Recover() => (_isFailing, _isSilent) = (false, false);

    public async ValueTask DisposeAsync()
    {
        await _connections.CancelAsync();
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (_isFailing || !context.Request.Path.StartsWithSegments(Prefix, out var path))
        {
            context.Response.StatusCode = _isFailing ? StatusCodes.Status502BadGateway : StatusCodes.Status404NotFound;
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _connections.Token);
        try
        {
            using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), UriHelper.BuildRelative(path: path, query: context.Request.QueryString));
            request.Headers.Add("X-Forwarded-Prefix", Prefix);
            foreach (var (name, value) in context.Request.Headers.Where(header => header.Key.StartsWith("Sec-", StringComparison.Ordinal) || header.Key is "Authorization" or "Origin"))
                request.Headers.TryAddWithoutValidation(name, value.AsEnumerable());
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended.Token);
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !OfOneConnection.Contains(header.Key)))
                context.Response.Headers[name] = values.ToArray();
            await CopyAsync(await response.Content.ReadAsStreamAsync(ended.Token), context, ended.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or IOException)
        {
            context.Abort();
        }
    }

    private async Task CopyAsync(Stream from, HttpContext context, CancellationToken cancellationToken)
    {
        var isStream = context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) == true;
        var buffer = new byte[isStream && _isSlow ? 512 : 64 * 1024];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (isStream && _isSilent)
                continue;
            if (isStream && _isSlow)
                await Task.Delay(100, cancellationToken);
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }
    }
}
