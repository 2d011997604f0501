using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StreamSocial.Control;
using StreamSocial.Dashboard.Overrides;

namespace StreamSocial.Browser.Tests.Elasticity;

/// <summary>The buttons of the autoscaler, and who may press them.</summary>
public sealed class ControlsTests(ChromiumFixture chromium) : IAsyncLifetime
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    private FakeAutoscaler? _autoscaler;
    private DemoDashboard? _dashboard;

    private FakeAutoscaler Autoscaler => _autoscaler!;

    private DemoDashboard Dashboard => _dashboard!;

    public async ValueTask InitializeAsync()
    {
        _autoscaler = await FakeAutoscaler.StartAsync();
        _dashboard = await DemoDashboard.StartAsync(arguments: $"--services:autoscaler:http:0={_autoscaler.Address}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
        if (_autoscaler is not null)
            await _autoscaler.DisposeAsync();
    }

    [Fact]
    public async Task Buttons_WithToken_FixPauseAndResume()
    {
        var page = await chromium.OpenDashboardAsync(Dashboard.Link);
        await page.ExpectAsync("#controls[data-kind='none']");
        Assert.Equal("The autoscaler decides by itself.", await page.TextContentAsync("#control-state"));

        await page.FillAsync("#control-replicas", "3");
        await page.ClickAsync("#control-scale");
        await page.ExpectAsync("#controls[data-kind='fixed']");
        Assert.Matches(@"^The autoscaler keeps 3 replicas until \w{3} \d{1,2}, \d{2}:\d{2}:\d{2}\.$", await page.TextContentAsync("#control-state"));
        AssertJson("""{"kind":"fixed","replicas":3,"forSeconds":600}""", Autoscaler.Requests.Last());

        await page.SelectOptionAsync("#control-duration", "");
        await page.ClickAsync("#control-pause");
        await page.ExpectAsync("#controls[data-kind='paused']");
        Assert.Equal("The autoscaler is paused until it is resumed.", await page.TextContentAsync("#control-state"));
        AssertJson("""{"kind":"paused","replicas":null,"forSeconds":null}""", Autoscaler.Requests.Last());

        await page.ClickAsync("#control-resume");
        await page.ExpectAsync("#controls[data-kind='none']");
        Assert.Contains("\"none\"", Autoscaler.Document, StringComparison.Ordinal);
        Assert.Equal(2, Autoscaler.Requests.Count);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Token_InTheAddress_IsTakenOutOfItAndKeptForTheTab()
    {
        var page = await chromium.OpenDashboardAsync(Dashboard.Link);
        await page.ExpectAsync("#control-pause:enabled");
        Assert.DoesNotContain(DemoDashboard.Token, page.Url, StringComparison.Ordinal);

        await page.ReloadAsync();

        await page.ExpectAsync("#control-pause:enabled");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Buttons_MoreThanTheAutoscalerAllows_ShowItsReason()
    {
        var page = await chromium.OpenDashboardAsync(Dashboard.Link);
        await page.ExpectAsync("#control-scale:enabled");

        await page.FillAsync("#control-replicas", "4");
        await page.ClickAsync("#control-scale");

        await page.ExpectTextAsync("#control-note", "replicas is 4; give 1 to 3.");
        Assert.Equal("none", await page.GetAttributeAsync("#controls", "data-kind"));
        await page.CloseAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/#token=not-the-token-at-all")]
    public async Task Buttons_WithoutTheToken_AreDisabledAndSayWhy(string path)
    {
        var page = await chromium.OpenDashboardAsync(Dashboard.Address + path);

        await page.ExpectTextAsync("#control-note", "The buttons need the control token");
        foreach (var button in new[] { "scale", "pause", "resume" })
            Assert.True(await page.IsDisabledAsync($"#control-{button}"));
        // What the autoscaler was told may be seen by everybody.
        Assert.Equal("The autoscaler decides by itself.", await page.TextContentAsync("#control-state"));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Buttons_AutoscalerWentAway_SayThatItCannotBeReached()
    {
        var page = await chromium.OpenDashboardAsync(Dashboard.Link);
        await page.ExpectAsync("#control-scale:enabled");

        await Autoscaler.DisposeAsync();

        await page.ExpectTextAsync("#control-note", "The autoscaler cannot be reached.");
        Assert.True(await page.IsDisabledAsync("#control-scale"));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Buttons_AnAnswerOfBeforeTheAutoscalerWentAway_IsNotKept()
    {
        // The snapshots never knew the override, so that they have no change to tell. The page asks up to twice while it opens, so it is given more answers than that.
        await using var dashboard = await DemoDashboard.StartAsync(arguments: "--services:autoscaler:http:0=http://127.0.0.1:1");
        var page = await chromium.OpenAsync();
        await page.RouteAsync(
            "**/api/override",
            route => route.FulfillAsync(new() { Json = new { isAuthorized = true, @override = new { kind = "none", replicas = (int?)null, until = (string?)null }, problem = (string?)null } }),
            new() { Times = 4 });

        await page.OpenDashboardAsync(dashboard.Link);

        await page.ExpectTextAsync("#control-note", "The autoscaler cannot be reached.");
        await page.CloseAsync();
    }

    [Theory]
    [InlineData(null, null, null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", null, null, HttpStatusCode.Unauthorized)]
    [InlineData(DemoDashboard.Token, "https://elsewhere.example", null, HttpStatusCode.Forbidden)]
    [InlineData(DemoDashboard.Token, null, "cross-site", HttpStatusCode.Forbidden)]
    [InlineData(DemoDashboard.Token, null, "same-site", HttpStatusCode.Forbidden)]
    [InlineData(DemoDashboard.Token, null, "same-origin", HttpStatusCode.OK)]
    [InlineData(DemoDashboard.Token, null, null, HttpStatusCode.OK)]
    public async Task Api_OnlyTheOwnPageWithTheToken_MayChange(string? token, string? origin, string? site, HttpStatusCode expected)
    {
        using var client = new HttpClient { BaseAddress = new Uri(Dashboard.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/override") { Content = JsonContent.Create(new { kind = "paused" }) };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);

        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, Autoscaler.Requests.Count);
    }

    [Fact]
    public async Task Api_ResumeWithoutToken_IsRefused()
    {
        using var client = new HttpClient { BaseAddress = new Uri(Dashboard.Address) };

        using var response = await client.DeleteAsync("/api/override", Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Client_NoAddress_SaysWhichSettingIsMissing()
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://autoscaler") };
        var client = new AutoscalerClient(http, new ConfigurationBuilder().Build(), Options.Create(new ControlOptions()));

        var exception = await Assert.ThrowsAsync<OverrideException>(() => client.GetAsync(Cancelled));

        Assert.Contains("services:autoscaler:http:0", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertJson(string expected, string actual) =>
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(actual).RootElement), $"Expected {expected}, was {actual}.");
}
