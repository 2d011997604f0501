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
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Unit.Tests.AppHost.Control;

/// <summary>What clients of the control server do wrong.</summary>
public sealed class ScaleEndpointTests
{
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

    private static async Task<HttpResponseMessage> PutAsync(HttpContent content)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpApi();
        await using var app = builder.Build();
        // Nothing is scaled by a request that is refused.
        await using var scaler = new ReplicaScaler(
            new FeedGeneratorOptions(), null!, null!, app.Services.GetRequiredService<IHostApplicationLifetime>(), TimeProvider.System, NullLogger<ReplicaScaler>.Instance);
        app.UseHttpApi();
        app.MapScale(scaler);
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var answer = await client.PutAsync("/v1/scale", content);
        await answer.Content.LoadIntoBufferAsync();
        return answer;
    }
}
