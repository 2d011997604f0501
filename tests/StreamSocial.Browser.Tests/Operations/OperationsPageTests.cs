using Microsoft.Playwright;
using StreamSocial.Browser.Tests.Elasticity;
using StreamSocial.Events;

namespace StreamSocial.Browser.Tests.Operations;

/// <summary>The view in which stages are paused and reset, and the log of who did it.</summary>
public sealed class OperationsPageTests(ChromiumFixture chromium) : IAsyncLifetime
{
    private RunningDashboard? _dashboard;
    private IPage? _page;

    private RunningDashboard Dashboard => _dashboard!;

    private IPage Page => _page!;

    public async ValueTask InitializeAsync()
    {
        _page = await chromium.OpenAsync();
        _dashboard = await RunningDashboard.StartAsync();
        var index = await _page.APIRequest.GetAsync(_dashboard.Address);
        if (!(await index.TextAsync()).Contains("app.js", StringComparison.Ordinal))
            Assert.Skip("The live page was not built: Node 20 or newer was not on the PATH.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_page is not null)
            await _page.CloseAsync();
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
    }

    [Fact]
    public async Task Stage_Paused_IsPausedAfterAReloadWithWhoAndWhyUntilItIsResumed()
    {
        await Page.GotoAsync($"{Dashboard.Address}/?view=operations#token={RunningDashboard.Token}");
        await Page.WaitForSelectorAsync("tr[data-stage='feeds'][data-state='running']");
        await Page.FillAsync("#operator", "Zoë");
        await Page.FillAsync("#pause-reason", "poisoned hour");
        await Page.ClickAsync("tr[data-stage='feeds'] button");
        await Page.WaitForSelectorAsync("tr[data-stage='feeds'][data-state='paused']");

        await Page.ReloadAsync();

        await Page.WaitForSelectorAsync("tr[data-stage='feeds'][data-state='paused']:has-text('Zoë'):has-text('poisoned hour')");
        await Page.WaitForSelectorAsync("#operations tr[data-outcome='done']:has-text('Zoë'):has-text('stage-pause')");
        await Page.ClickAsync("tr[data-stage='feeds'] button");
        await Page.WaitForSelectorAsync("tr[data-stage='feeds'][data-state='running']");
    }

    [Fact]
    public async Task Buttons_TokenGivenLater_AreEnabledAndTheNoteIsGone()
    {
        await Page.GotoAsync($"{Dashboard.Address}/?view=operations");
        await Page.ExpectTextAsync("#stages-note", "The buttons need the control token");
        Assert.True(await Page.IsDisabledAsync("tr[data-stage='feeds'] button"));

        await Page.EvaluateAsync("token => { location.hash = `token=${token}`; }", RunningDashboard.Token);

        await Page.WaitForSelectorAsync("tr[data-stage='feeds'] button:enabled");
        await Page.WaitForSelectorAsync("#reset-preview:enabled");
        Assert.Equal("", await Page.TextContentAsync("#stages-note"));
    }

    /// <summary>The head of the page names the zone of now, which is that of one of them only.</summary>
    [Fact]
    public async Task Log_ActionsOfSummerAndWinter_EachIsInAZoneThatThePageNames()
    {
        var context = await chromium.OpenContextAsync(new BrowserNewContextOptions { TimezoneId = "Europe/Berlin" });
        var page = await context.NewPageAsync();
        await page.RouteAsync("**/api/operations", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "application/json",
            Body = $$"""{"operations":[{{Done("2026-01-15T12:00:00Z")}},{{Done("2026-07-15T12:00:00Z")}}]}""",
        }));

        await page.GotoAsync($"{Dashboard.Address}/?view=operations");

        await page.WaitForSelectorAsync("#operations tr[data-outcome='done']");
        var zone = await page.TextContentAsync("#zone");
        string[] expected = [zone == "UTC+1" ? "Jan 15, 13:00:00" : "Jan 15, 13:00:00 UTC+1", zone == "UTC+2" ? "Jul 15, 14:00:00" : "Jul 15, 14:00:00 UTC+2"];
        Assert.Equal(expected, await page.Locator("#operations time").AllTextContentsAsync());
        await context.CloseAsync();

        static string Done(string at) => $$"""{"id":"{{at}}","startedAt":"{{at}}","finishedAt":null,"by":"ann","via":"test","kind":"k","target":"t","parameters":{},"outcome":"done","detail":""}""";
    }

    [Fact]
    public async Task Reset_Previewed_IsDoneOnlyWhenTheGroupsNameIsTyped()
    {
        await Dashboard.AppendAsync(TopicNames.UserActions, 0, 3);
        await Dashboard.ReportAsync("feed-generator-1", [0], nextOffset: 0);
        await Page.GotoAsync($"{Dashboard.Address}/?view=operations#token={RunningDashboard.Token}");
        await Page.WaitForSelectorAsync("#reset-preview:enabled");
        await Page.SelectOptionAsync("#reset-stage", "actions");
        await Page.SelectOptionAsync("#reset-kind", "latest");
        await Page.FillAsync("#reset-partitions", "0");

        await Page.ClickAsync("#reset-preview");

        await Page.WaitForSelectorAsync("#reset-plan[data-skipped='3'][data-repeated='0']");
        await Page.FillAsync("#reset-confirm", "feed-generators");
        Assert.True(await Page.IsDisabledAsync("#reset-apply"));
        await Page.FillAsync("#reset-confirm", "feed-generator");
        await Page.ClickAsync("#reset-apply");
        await Page.ExpectTextAsync("tr[data-stage='actions'] td:nth-child(8)", "1");
        // The owner's next checkpoint has the reset, whatever its number is.
        await Dashboard.ReportAsync("feed-generator-1", [0], nextOffset: 3, resetId: 1L << 52);
        await Page.WaitForSelectorAsync("#reset-note:has-text('All 1 partitions have moved; 3 records are skipped')");
        await Page.WaitForSelectorAsync("#operations tr[data-outcome='done']:has-text('offsets-reset')");
    }

    [Fact]
    public async Task Reset_OverHttp_RefusesAnOffsetOutOfRangeAnotherNameAndAStrangerAndRecordsNothing()
    {
        await Dashboard.ReportAsync("feed-generator-1", [0], nextOffset: 0);
        Assert.Equal((400, true), await PostAsync("actions/reset", """{"to":"offset:5","partitions":"0","confirm":"feed-generator"}""", "the offsets 0 to 0"));
        Assert.Equal((409, true), await PostAsync("actions/reset", """{"to":"earliest","partitions":"0","confirm":"feeds"}""", "not_confirmed"));
        Assert.Equal((404, true), await PostAsync("action/reset/preview", """{"to":"earliest"}""", "stage_unknown"));
        Assert.Equal((401, true), await PostAsync("actions/reset/preview", """{"to":"earliest"}""", "token_missing", token: "wrong"));
        var log = await Page.APIRequest.GetAsync($"{Dashboard.Address}/api/operations");
        Assert.Equal("""{"operations":[]}""", await log.TextAsync());
    }

    private async Task<(int Status, bool Says)> PostAsync(string path, string body, string expected, string token = RunningDashboard.Token)
    {
        // Which stages are paused may not be known yet in the first moment.
        while (true)
        {
            var answer = await Page.APIRequest.PostAsync($"{Dashboard.Address}/api/stages/{path}", new APIRequestContextOptions
            {
                Headers = new Dictionary<string, string> { ["authorization"] = $"Bearer {token}", ["content-type"] = "application/json" }, DataString = body,
            });
            var text = await answer.TextAsync();
            if (!text.Contains("controls_unread", StringComparison.Ordinal))
                return (answer.Status, text.Contains(expected, StringComparison.Ordinal));
        }
    }
}
