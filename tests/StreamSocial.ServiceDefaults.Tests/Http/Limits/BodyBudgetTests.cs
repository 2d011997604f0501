using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamSocial.ServiceDefaults.Http.Limits;

namespace StreamSocial.ServiceDefaults.Tests.Http.Limits;

/// <summary>The bodies that a service reads are bounded together: what is too much is refused, and the rest goes on.</summary>
public sealed class BodyBudgetTests
{
    private const int Budget = 64 * 1024;

    [Theory]
    [InlineData("ingest", "/v1/actions")]
    [InlineData("feeds", "/v1/feeds:batchGet")]
    public async Task Bodies_MoreThanTheBudget_503UntilOneIsRead(string service, string path)
    {
        var budget = new BodyBudget(Options.Create(new ClientLimitOptions { BodyBytes = Budget }));
        await using var server = await ServiceParts.StartAsync(service, builder => builder.Services.AddSingleton(budget));
        using var slow = await RawClient.ConnectAsync(server.Address);
        await slow.SendAsync($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 20001\r\n\r\n{Spaces(20_000)}");
        await Eventually.TrueAsync("the first body is held", () => Task.FromResult(budget.Taken == Budget / 2));

        using (var refused = await SendAsync(server.Client, path))
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
            Assert.Contains("too_many_bodies", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await slow.SendAsync("x");
        Assert.Equal(400, (await slow.ReadAsync()).Status);
        using var answer = await SendAsync(server.Client, path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, budget.Taken);
    }

    /// <summary>Sends a body of the same size that holds no JSON.</summary>
    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path)
    {
        using var body = new StringContent(Spaces(20_000), Encoding.UTF8, "application/json");
        return await client.PostAsync(path, body);
    }

    private static string Spaces(int count) => new(' ', count);
}
