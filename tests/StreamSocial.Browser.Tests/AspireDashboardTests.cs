using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using StreamSocial.Integration.Tests.Processes;

namespace StreamSocial.Browser.Tests;

/// <summary>What a user of the Aspire dashboard finds: brokers and replicas with their states, commands, and one trace through ingest and two feed generators.</summary>
/// <remarks>With the environment variable UPDATE_DOCS the pictures in docs/images are taken anew.</remarks>
public sealed partial class AspireDashboardTests(ChromiumFixture chromium) : IAsyncLifetime
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private AppHostProcess? _appHost;
    private IPage? _page;

    private AppHostProcess AppHost => _appHost!;

    private IPage Page => _page!;

    public async ValueTask InitializeAsync()
    {
        _page = await chromium.OpenAsync();
        _page.SetDefaultTimeout(30_000);
        _appHost = AppHostProcess.Start("--FeedGenerators:Initial=2", "--FeedGenerators:Maximum=3", "--Telemetry:TraceSampleRatio=1");
        await UntilAsync("everything is healthy", () => Task.FromResult(Array.Exists(AppHost.Lines, line => line.Contains("Control  ", StringComparison.Ordinal))));
    }

    public async ValueTask DisposeAsync()
    {
        if (_page is not null)
            await _page.CloseAsync();
        _appHost?.Dispose();
    }

    [Fact]
    public async Task Dashboard_ScaleOutAndATrace_AreThere()
    {
        try
        {
            await LookAroundAsync();
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            var picture = Path.Combine(Path.GetTempPath(), "aspire-dashboard-failed.png");
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = picture });
            Assert.Fail($"{e.Message} The page is in {picture}.");
        }
    }

    private async Task LookAroundAsync()
    {
        var login = new Uri(Login().Match(string.Join('\n', AppHost.Lines)).Value);
        await Page.GotoAsync(login.ToString());
        foreach (var (resource, state) in new[] { ("kafka", "Running"), ("kafka-1", "Running"), ("kafka-3", "Running"), ("feed-generator-1", "Running"), ("feed-generator-3", "Waiting for load") })
            await Row(resource).Filter(new LocatorFilterOptions { HasText = state }).First.WaitForAsync();
        await Page.UpdatePictureAsync("aspire-dashboard.png");

        await Row("feed-generators").GetByTitle("Starts one more feed generator.").ClickAsync();
        await UntilAsync("three replicas are ready", async () =>
            (await AppHost.Control.GetFromJsonAsync<JsonElement>("/v1/scale", Token)).GetProperty("status").GetProperty("ready").GetInt32() == 3);
        await Row("feed-generator-3").Filter(new LocatorFilterOptions { HasText = "Running" }).First.WaitForAsync();

        await PostAsync();
        await Page.GotoAsync(new Uri(login, "/traces").ToString());
        var trace = Page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = "ingest" }).Filter(new LocatorFilterOptions { HasText = "feed-generator-1" })
            .Filter(new LocatorFilterOptions { HasText = "feed-generator-2" });
        await trace.First.WaitForAsync();
        await Page.UpdatePictureAsync("aspire-traces.png");

        var dashboard = AppHost.Dashboard!;
        await AssertMayUseButtonsAsync(dashboard);
        await Page.GotoAsync(dashboard.ToString());
        await Page.Locator("body[data-version]").WaitForAsync();
        await Page.GetByText("feed-generator-3").First.WaitForAsync();
        await Page.UpdatePictureAsync("dashboard.png");

        await Page.GotoAsync(new Uri(dashboard, "?view=records&user=reader-1").ToString());
        var entry = Page.Locator("tr[data-action]").First;
        await entry.Filter(new LocatorFilterOptions { HasText = "celebrity" }).WaitForAsync();
        await Page.GetByText("owns partition").WaitForAsync();
        await Page.GotoAsync((await entry.GetByRole(AriaRole.Link).GetAttributeAsync("href"))!);
        await Page.GetByText("ingest: POST /v1/actions").First.WaitForAsync();

        await Page.GotoAsync(dashboard.ToString());
        await Page.Locator("button[data-restart='feed-generator-3']").ClickAsync();
        await Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Restart" }).ClickAsync();
        await Page.GetByText("feed-generator-3 was restarted.").WaitForAsync();
        await Page.GotoAsync(new Uri(dashboard, "?view=operations").ToString());
        await Page.Locator("#operations tr[data-outcome='done']").Filter(new LocatorFilterOptions { HasText = "replica-restart" }).First.WaitForAsync();
    }

    private ILocator Row(string resource) => Page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { Has = Page.GetByText(resource, new PageGetByTextOptions { Exact = true }) });

    /// <summary>Posts until the followers' partitions belong to several replicas: thirty followers are enough for any split.</summary>
    private async Task PostAsync()
    {
        using var client = new HttpClient { BaseAddress = new Uri(await AddressOfAsync("ingest")) };
        object[] actions = [.. Enumerable.Range(0, 30).Select(i => (object)new { type = "follow", userId = $"reader-{i}", targetUserId = "celebrity" }), new { type = "post", userId = "celebrity", contentId = "c1", text = "hello" }];
        using var answer = await client.PostAsJsonAsync("/v1/actions", actions, Token);
        Assert.True(answer.IsSuccessStatusCode, $"ingest answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Token)}");
    }

    /// <summary>The token in the printed link is the one that the dashboard was given.</summary>
    private static async Task AssertMayUseButtonsAsync(Uri link)
    {
        using var client = new HttpClient { BaseAddress = link };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", link.Fragment.Replace("#token=", "", StringComparison.Ordinal));
        var status = await client.GetFromJsonAsync<JsonElement>("/api/override", Token);
        Assert.True(status.GetProperty("isAuthorized").GetBoolean());
    }

    private async Task<string> AddressOfAsync(string service) => (await AppHost.ReadResourcesAsync(Token))
        .First(resource => resource.GetProperty("name").GetString() == service).GetProperty("urls")[0].GetString()!;

    private async Task UntilAsync(string expectation, Func<Task<bool>> condition)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Token);
        timeout.CancelAfter(TimeSpan.FromMinutes(3));
        while (!await condition())
        {
            if (timeout.IsCancellationRequested)
                Assert.Fail($"{expectation}: not within 3 minutes. The AppHost's last lines:\n{string.Join('\n', AppHost.Lines.TakeLast(20))}");
            await Task.Delay(200, CancellationToken.None);
        }
    }

    [GeneratedRegex(@"http://localhost:\d+/login\?t=\w+")]
    private static partial Regex Login();
}
