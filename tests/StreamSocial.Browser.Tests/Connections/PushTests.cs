using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Playwright;
using StreamSocial.Browser.Tests.Elasticity;

namespace StreamSocial.Browser.Tests.Connections;

/// <summary>What the page asks for besides the stream of snapshots.</summary>
public sealed class PushTests(ChromiumFixture chromium)
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("overview")]
    [InlineData("alerts")]
    [InlineData("records")]
    [InlineData("operations")]
    public async Task View_NothingChanges_AsksForNothing(string view)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var page = await chromium.OpenDashboardAsync($"{dashboard.Address}/?view={view}#token={RunningDashboard.Token}");
        await page.WaitForFunctionAsync("async () => (await fetch('api/operations')).ok && (await fetch('api/alerts')).ok && (await fetch('api/stages')).ok");
        await SnapshotsAsync(page, 3);
        var asked = new ConcurrentQueue<string>();
        page.Request += (_, request) => asked.Enqueue(new Uri(request.Url).AbsolutePath);

        await SnapshotsAsync(page, 7);

        Assert.Equal([], asked.Where(path => path.StartsWith("/api/", StringComparison.Ordinal)));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Operations_StagePausedBySomebodyElse_IsShown()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var page = await chromium.OpenDashboardAsync($"{dashboard.Address}/?view=operations#token={RunningDashboard.Token}");
        await page.WaitForSelectorAsync("tr[data-stage='feeds'][data-state='running']");
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", RunningDashboard.Token) } };

        using var answer = await http.PutAsJsonAsync(new Uri($"{dashboard.Address}/api/stages/feeds/pause"), new { reason = "elsewhere" }, Cancelled);

        answer.EnsureSuccessStatusCode();
        await page.WaitForSelectorAsync("tr[data-stage='feeds'][data-state='paused']:has-text('elsewhere')");
        await page.WaitForSelectorAsync("#operations tr[data-outcome='done']:has-text('stage-pause')");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Autoscaler_PausedBySomebodyElse_IsShown()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenDashboardAsync(dashboard.Link);
        await page.ExpectTextAsync("#control-state", "decides by itself");
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", DemoDashboard.Token) } };

        using var answer = await http.PutAsJsonAsync(new Uri($"{dashboard.Address}/api/override"), new { kind = "paused" }, Cancelled);

        answer.EnsureSuccessStatusCode();
        await page.ExpectTextAsync("#control-state", "The autoscaler is paused until it is resumed.");
        await page.CloseAsync();
    }

    private static async Task SnapshotsAsync(IPage page, int count)
    {
        var version = await page.EvaluateAsync<int>("() => Number(document.body.dataset.version ?? 0)");
        await page.WaitForFunctionAsync($"() => Number(document.body.dataset.version ?? 0) >= {version + count}");
    }
}
