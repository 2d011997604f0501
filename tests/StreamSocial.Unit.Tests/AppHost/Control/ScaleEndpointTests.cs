using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.AppHost.Control;
using StreamSocial.AppHost.Scaling;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Unit.Tests.AppHost.Control;

/// <summary>What clients of the control server do wrong.</summary>
public sealed class ScaleEndpointTests
{
    private const string Token = "token-of-this-test";

    [Theory]
    [InlineData("{", "$")]
    [InlineData("", "$")]
    [InlineData("{}", "$")]
    [InlineData("""{"replicas":null}""", "replicas")]
    [InlineData("""{"replicas":"3"}""", "replicas")]
    [InlineData("""{"replicas":3,"replicas":4}""", "replicas")]
    [InlineData("""{"replicas":1000}""", "replicas")]
    [InlineData("""{"replicas":-1}""", "replicas")]
    public async Task Put_WrongBody_400NamesTheField(string json, string field)
    {
        using var answer = await PutAsync(new StringContent(json, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("invalid", problem.RootElement.GetProperty("reason").GetString());
        Assert.Equal(field, Assert.Single(problem.RootElement.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task Put_OtherContentType_415()
    {
        using var answer = await PutAsync(new StringContent("""{"replicas":2}""", Encoding.UTF8, "text/plain"));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("unsupported_media_type", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, null, HttpStatusCode.Unauthorized, "token_missing")]
    [InlineData("Bearer another-token-than-its", null, null, HttpStatusCode.Unauthorized, "token_missing")]
    [InlineData("Basic " + Token, null, null, HttpStatusCode.Unauthorized, "token_missing")]
    [InlineData("Bearer " + Token, "rebound.example", null, HttpStatusCode.BadRequest, "foreign_host")]
    [InlineData("Bearer " + Token, null, "http://page.example", HttpStatusCode.Forbidden, "foreign_page")]
    public async Task Put_NotByWhoMay_IsRefusedWithTheReason(string? authorization, string? host, string? origin, HttpStatusCode status, string reason)
    {
        using var answer = await PutAsync(new StringContent("""{"replicas":1}""", Encoding.UTF8, "application/json"), authorization, host, origin);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.Unauthorized ? ["Bearer"] : [], answer.Headers.WwwAuthenticate.Select(way => way.Scheme));
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(reason, problem.RootElement.GetProperty("reason").GetString());
    }

    /// <summary>A page whose name was made to mean this machine can also set the headers of proxies.</summary>
    [Fact]
    public async Task Put_ForeignHostWithAForwardedOne_IsRefused()
    {
        using var answer = await PutAsync(
            new StringContent("""{"replicas":1}""", Encoding.UTF8, "application/json"), "Bearer " + Token, "rebound.example", forwardedHost: "localhost");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> PutAsync(
        HttpContent content, string? authorization = "Bearer " + Token, string? host = null, string? origin = null, string? forwardedHost = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpApi();
        builder.Services.AddSingleton(new ControlToken(Token));
        await using var app = builder.Build();
        // Nothing is scaled by a request that is refused.
        await using var scaler = new ReplicaScaler(
            new FeedGeneratorOptions(), null!, null!, app.Services.GetRequiredService<IHostApplicationLifetime>(), TimeProvider.System, NullLogger<ReplicaScaler>.Instance);
        app.UseHostCheck();
        app.UseHttpApi();
        app.MapScale(scaler);
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/scale") { Content = content };
        foreach (var (name, value) in new[] { ("Authorization", authorization), ("Origin", origin), ("X-Forwarded-Host", forwardedHost) })
        {
            if (value is not null)
                request.Headers.Add(name, value);
        }

        request.Headers.Host = host;
        var answer = await client.SendAsync(request);
        await answer.Content.LoadIntoBufferAsync();
        return answer;
    }
}
