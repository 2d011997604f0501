using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly.Timeout;
using StreamSocial.Traffic;

namespace StreamSocial.ServiceDefaults.Tests.HttpClients;

/// <summary>The clients of <see cref="IHttpClientFactory"/> against a server that fails, is slow, or streams.</summary>
public sealed class HttpClientDefaultsTests
{
    /// <summary>Of the tests about time: long enough for code that runs for the first time on a busy machine.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(1.5);

    /// <summary>Of the tests about answers, which no timeout may decide.</summary>
    private const string Patient = "AttemptTimeout=00:00:30";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", false, 3)]
    [InlineData("HEAD", false, 3)]
    [InlineData("OPTIONS", false, 3)]
    [InlineData("PUT", false, 3)]
    [InlineData("DELETE", false, 3)]
    [InlineData("POST", false, 1)]
    [InlineData("PATCH", false, 1)]
    [InlineData("POST", true, 3)]
    public async Task Send_Unavailable_IsRepeatedIfRepeatable(string method, bool hasKey, int attempts)
    {
        var stub = new Stub(StatusCodes.Status503ServiceUnavailable);
        await using var server = await stub.StartAsync();
        using var services = CreateServices(server, "MaxRetries=2", Patient);
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://stub/fail");
        if (hasKey)
            request.Headers.Add("Idempotency-Key", "k");

        using var response = await services.CreateClient().SendAsync(request, Token);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, attempts), (response.StatusCode, stub.Requests));
    }

    [Theory]
    [InlineData(408, 3)]
    [InlineData(429, 3)]
    [InlineData(502, 3)]
    [InlineData(504, 3)]
    [InlineData(400, 1)]
    [InlineData(404, 1)]
    public async Task Get_Failing_IsRepeatedIfTransient(int status, int attempts)
    {
        var stub = new Stub(status);
        await using var server = await stub.StartAsync();
        using var services = CreateServices(server, "MaxRetries=2", Patient);

        using var response = await services.CreateClient().GetAsync("http://stub/fail", Token);

        Assert.Equal((status, attempts), ((int)response.StatusCode, stub.Requests));
    }

    [Fact]
    public async Task Get_WithoutRetries_IsSentOnce()
    {
        var stub = new Stub(StatusCodes.Status503ServiceUnavailable);
        await using var server = await stub.StartAsync();
        using var services = CreateServices(server, "MaxRetries=0", Patient);

        using var response = await services.CreateClient().GetAsync("http://stub/fail", Token);

        Assert.Equal(1, stub.Requests);
    }

    [Fact]
    public async Task Get_Silent_EndsAfterTheAttemptTimeouts()
    {
        var stub = new Stub(StatusCodes.Status200OK);
        await using var server = await stub.StartAsync();
        using var services = CreateServices(server, "MaxRetries=1");

        await Assert.ThrowsAsync<TimeoutRejectedException>(() => services.CreateClient().GetAsync("http://stub/silent", Token));

        Assert.Equal(2, stub.Requests);
    }

    [Fact]
    public async Task Get_Stream_OutlivesEveryTimeout()
    {
        var stub = new Stub(StatusCodes.Status200OK);
        await using var server = await stub.StartAsync();
        using var services = CreateServices(server, "MaxRetries=0");

        using var response = await services.CreateClient().GetAsync("http://stub/stream", HttpCompletionOption.ResponseHeadersRead, Token);
        // Without retries the total timeout is little more than one attempt's; the body takes four times as long.
        var body = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal("begin end", body);
    }

    [Fact]
    public async Task TrafficClient_FindsIngestByName_AndRepeatsNothing()
    {
        var stub = new Stub(StatusCodes.Status503ServiceUnavailable);
        await using var server = await stub.StartAsync();
        var builder = CreateBuilder(("services:ingest:http:0", server.Address.ToString()));
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        builder.AddTraffic();
        using var services = builder.Services.BuildServiceProvider();

        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("ingest");
        using var response = await client.GetAsync("fail", Token);

        Assert.Equal((1, Timeout.InfiniteTimeSpan), (stub.Requests, client.Timeout));
    }

    private static HttpClientServices CreateServices(TestServer server, params string[] options)
    {
        var builder = CreateBuilder(
        [
            ("services:stub:http:0", server.Address.ToString()),
            ("HttpResilience:RetryDelay", "00:00:00.010"),
            .. options.Where(option => option != Patient).Append(options.Contains(Patient) ? Patient : $"AttemptTimeout={AttemptTimeout}").Select(option => ("HttpResilience:" + option.Split('=')[0], option.Split('=')[1])),
        ]);
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        builder.Services.AddHttpClient();
        return new HttpClientServices(builder.Services.BuildServiceProvider());
    }

    private static HostApplicationBuilder CreateBuilder(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        builder.Services.AddSingleton<IConfiguration>(builder.Configuration);
        return builder;
    }

    private sealed class HttpClientServices(ServiceProvider services) : IDisposable
    {
        public HttpClient CreateClient() => services.GetRequiredService<IHttpClientFactory>().CreateClient("any");

        public void Dispose() => services.Dispose();
    }

    /// <summary>Counts the requests and answers <c>/fail</c> with the status, <c>/silent</c> never, <c>/stream</c> slowly.</summary>
    private sealed class Stub(int status)
    {
        private int _requests;

        public int Requests => _requests;

        public Task<TestServer> StartAsync() => TestServer.StartAsync(_ => { }, app =>
        {
            app.Use((context, next) =>
            {
                Interlocked.Increment(ref _requests);
                return next(context);
            });
            app.Map("/fail", () => Results.StatusCode(status));
            app.Map("/silent", (HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
            app.Map("/stream", async (HttpContext context) =>
            {
                await context.Response.WriteAsync("begin ");
                await context.Response.Body.FlushAsync();
                await Task.Delay(4 * AttemptTimeout);
                await context.Response.WriteAsync("end");
            });
        });
    }
}
