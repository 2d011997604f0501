using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StreamSocial.Events;

namespace StreamSocial.ServiceDefaults.Tests.Dashboard;

/// <summary>A user's feed through the dashboard's API.</summary>
[Collection(nameof(DashboardFixture))]
public sealed class FeedLookupTests(DashboardFixture running)
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_AfterAPostWithATrace_HasItWithItsTraceAndTheOwner()
    {
        await running.AppendAsync(new UserAction { ActionId = "f-1", Type = ActionType.Follow, UserId = "looked-up", TargetUserId = "star", OccurredAt = DashboardFixture.Now() }, "star");
        await running.AppendAsync(
            new UserAction { ActionId = "p-1", Type = ActionType.Post, UserId = "star", ContentId = "c-1", Text = "hello", OccurredAt = DashboardFixture.Now() }, "star", $"00-{Trace}-b7ad6b7169203331-01");
        await running.AppendAsync(new UserAction { ActionId = "p-2", Type = ActionType.Post, UserId = "star", ContentId = "c-2", OccurredAt = DashboardFixture.Now() }, "star");

        JsonElement feed = default;
        await Eventually.TrueAsync("both posts are in the feed", async () =>
        {
            using var answer = await running.Dashboard.Client.GetAsync("/api/feeds/looked-up", Cancelled);
            feed = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
            return answer.IsSuccessStatusCode && feed.GetProperty("entries").GetArrayLength() == 2;
        });

        var entries = feed.GetProperty("entries").EnumerateArray().ToDictionary(entry => entry.GetProperty("actionId").GetString()!);
        Assert.Equal(("hello", Trace), (entries["p-1"].GetProperty("text").GetString(), entries["p-1"].GetProperty("traceId").GetString()));
        // Nobody samples what comes without a trace.
        Assert.Equal(JsonValueKind.Null, entries["p-2"].GetProperty("traceId").ValueKind);
        Assert.Equal("feed-generator-1", feed.GetProperty("owner").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("/api/feeds/a%0Ab", "user")]
    [InlineData("/api/feeds/ann?limit=0", "limit")]
    public async Task Read_WrongRequest_400NamesTheField(string path, string field)
    {
        using var answer = await running.Dashboard.Client.GetAsync(path, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, Assert.Single((await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("errors").EnumerateObject()).Name);
    }
}
