using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StreamSocial.Control;
using StreamSocial.Dashboard.Overrides;

namespace StreamSocial.ServiceDefaults.Tests.Dashboard;

public sealed class AutoscalerClientTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    /// <summary>The page of a proxy, or of another server at this address.</summary>
    [Theory]
    [InlineData(200, "The autoscaler's answer is not an override.")]
    [InlineData(400, "The autoscaler refuses this.")]
    [InlineData(502, "The autoscaler answered with status 502.")]
    [InlineData(503, "The autoscaler refuses this.")]
    public async Task GetAsync_UnknownCharacterSet_IsAProblem(int status, string expected)
    {
        await using var server = await TestServer.StartAsync(_ => { }, app => app.MapGet("/v1/override", (HttpContext context) =>
        {
            context.Response.StatusCode = status;
            return Results.Bytes("<html>"u8.ToArray(), "text/html; charset=utf8");
        }));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(AutoscalerClient.AddressKey, (string?)server.Address.ToString())]).Build();
        var client = new AutoscalerClient(server.Client, configuration, Options.Create(new ControlOptions()));

        var problem = await Assert.ThrowsAsync<OverrideException>(() => client.GetAsync(Token));

        Assert.Equal(expected, problem.Message);
    }
}
