using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace StreamSocial.ServiceDefaults.Tests.Dashboard;

/// <summary>What people tell the autoscaler through the dashboard stands in the log of actions, with what came of it.</summary>
public sealed class OverrideEndpointTests
{
    private const string Token = "token-of-this-test";

    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Override_SetRefusedAndEnded_EachIsRecordedWithWhoAsked()
    {
        await using var dashboard = await ServiceParts.StartAsync("dashboard", null, $"--Scale:Token={Token}");

        Assert.Equal(HttpStatusCode.OK, await SendAsync(dashboard, HttpMethod.Put, new { kind = "fixed", replicas = 3, forSeconds = 90 }));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(dashboard, HttpMethod.Put, new { kind = "fixed" }));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(dashboard, HttpMethod.Delete, null));

        var operations = (await dashboard.Client.GetFromJsonAsync<JsonElement>("/api/operations", Cancelled)).GetProperty("operations").EnumerateArray().ToList();
        Assert.Equal([("scale-resume", "done"), ("scale-override", "failed"), ("scale-override", "done")], operations.Select(operation => (Text(operation, "kind"), Text(operation, "outcome"))));
        Assert.All(operations, operation => Assert.Equal(("zoë", "feed-generator"), (Text(operation, "by"), Text(operation, "target"))));
        var parameters = operations[^1].GetProperty("parameters");
        Assert.Equal(("fixed", "3", "90"), (Text(parameters, "kind"), Text(parameters, "replicas"), Text(parameters, "forSeconds")));
    }

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    private static async Task<HttpStatusCode> SendAsync(TestServer dashboard, HttpMethod method, object? body)
    {
        using var request = new HttpRequestMessage(method, "/api/override") { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        request.Headers.Add("X-Operator", "zo%C3%AB");
        using var answer = await dashboard.Client.SendAsync(request, Cancelled);
        return answer.StatusCode;
    }
}
