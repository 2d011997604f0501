using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace StreamSocial.ServiceDefaults.Tests.Dashboard;

/// <summary>Restarting a replica through the dashboard's API.</summary>
[Collection(nameof(DashboardFixture))]
public sealed class ReplicaEndpointTests(DashboardFixture running)
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_WithToken_AsksTheAppHostAndIsRecordedWithWhoAsked()
    {
        Assert.Equal(HttpStatusCode.NoContent, await RestartAsync(running.Dashboard, "feed-generator-1"));

        Assert.Contains($"restart feed-generator-1 Bearer {DashboardFixture.Token}", running.Commands);
        JsonElement restart = default;
        await Eventually.TrueAsync("the log of actions has the restart", async () =>
        {
            var operations = (await running.Dashboard.Client.GetFromJsonAsync<JsonElement>("/api/operations", Cancelled)).GetProperty("operations").EnumerateArray();
            restart = operations.FirstOrDefault(operation => operation.GetProperty("kind").GetString() == "replica-restart" && operation.GetProperty("outcome").GetString() == "done");
            return restart.ValueKind == JsonValueKind.Object;
        });
        Assert.Equal(("zoë", "feed-generator-1"), (restart.GetProperty("by").GetString(), restart.GetProperty("target").GetString()));
    }

    [Theory]
    [InlineData("feed-generator-9")]
    [InlineData("kafka-1")]
    public async Task Restart_NoFeedGenerator_404(string name) => Assert.Equal(HttpStatusCode.NotFound, await RestartAsync(running.Dashboard, name));

    [Fact]
    public async Task Restart_WithoutAnAppHost_SaysSo()
    {
        await using var alone = await ServiceParts.StartAsync("dashboard", null, $"--Scale:Token={DashboardFixture.Token}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await RestartAsync(alone, "feed-generator-1"));
    }

    [Fact]
    public async Task Restart_WithoutToken_IsRefused()
    {
        using var answer = await running.Dashboard.Client.PostAsync("/api/replicas/feed-generator-1/restart", null, Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task<HttpStatusCode> RestartAsync(TestServer dashboard, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/replicas/{name}/restart");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", DashboardFixture.Token);
        request.Headers.Add("X-Operator", "zo%C3%AB");
        using var answer = await dashboard.Client.SendAsync(request, Cancelled);
        return answer.StatusCode;
    }
}
