using Microsoft.Playwright;
using StreamSocial.Browser.Tests.Elasticity;

namespace StreamSocial.Browser.Tests.Pages;

/// <summary>The view of the groups, and the maps by state.</summary>
public sealed class GroupsViewTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task Groups_SomebodyElseReadsToo_IsMarkedForeign()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenAsync();
        await page.GotoAsync($"{dashboard.Address}/?view=groups");

        var foreign = page.Locator("#groups tr[data-group='analytics'][data-foreign='true']");
        await foreign.WaitForAsync();
        Assert.Contains("foreign", await foreign.Locator("th").TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal("unknown", await foreign.Locator("td").Nth(4).TextContentAsync());
        await page.Locator("#groups tr[data-group='feed-generator'][data-foreign='false'] + tr.more", new PageLocatorOptions { HasText = "feed-generator-1: " }).WaitForAsync();
        Assert.Equal("2", await page.Locator("#group-members tr[data-member='feed-generator-1'] td").Nth(3).TextContentAsync());
        await page.CloseAsync();
    }

    [Fact]
    public async Task Groups_EmbeddedCluster_AreUnknown()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var page = await chromium.OpenAsync();
        await page.GotoAsync($"{dashboard.Address}/?view=groups");

        await page.Locator("#groups .unknown").WaitForAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task Maps_ByState_OwnedPartitionIsActive()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await dashboard.ReportAsync("feed-generator-1", Enumerable.Range(0, 1000), 0);
        var page = await chromium.OpenAsync();
        await page.GotoAsync(dashboard.Address);
        await page.ClickAsync("button[data-mode='state']");
        await page.Locator("#legend", new PageLocatorOptions { HasText = "recovering" }).WaitForAsync();

        await page.WaitForSelectorAsync("canvas[data-topic='user-actions'][data-mode='state'][data-colored='1000']");
        await page.HoverAsync("canvas[data-topic='user-actions']", new PageHoverOptions { Position = new Position { X = 3, Y = 3 } });
        await page.Locator("#tip >> text=state active").WaitForAsync();
        await page.CloseAsync();
    }
}
