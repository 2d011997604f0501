using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace StreamSocial.ServiceDefaults.Tests.Dashboard;

/// <summary>Silences through the dashboard's API.</summary>
[Collection(nameof(DashboardFixture))]
public sealed class SilenceEndpointTests(DashboardFixture running)
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silence_MadeAndEnded_IsByWhoAskedAndStandsInTheLogOfActions()
    {
        using var made = await SendAsync(HttpMethod.Post, "/api/silences", new { matchers = new { alertname = "DiskNearFull" }, forSeconds = 60, comment = "planned" });
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        var silence = await made.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal("zoë", silence.GetProperty("createdBy").GetString());

        var id = silence.GetProperty("id").GetString()!;
        using var ended = await SendAsync(HttpMethod.Delete, $"/api/silences/{id}", null);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);

        await Eventually.TrueAsync("the log of actions has both", async () =>
        {
            var operations = (await running.Dashboard.Client.GetFromJsonAsync<JsonElement>("/api/operations", Cancelled)).GetProperty("operations").EnumerateArray()
                .Where(operation => operation.GetProperty("outcome").GetString() == "done" && operation.GetProperty("by").GetString() == "zoë")
                .Select(operation => (operation.GetProperty("kind").GetString(), operation.GetProperty("target").GetString())).ToList();
            return operations.Contains(("alerts-silence", "alertname=DiskNearFull")) && operations.Contains(("alerts-unsilence", id));
        });
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", DashboardFixture.Token);
        request.Headers.Add("X-Operator", "zo%C3%AB");
        return running.Dashboard.Client.SendAsync(request, Cancelled);
    }
}
