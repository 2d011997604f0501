using Microsoft.Playwright;
using StreamSocial.Browser.Tests.Elasticity;
using StreamSocial.Events;

namespace StreamSocial.Browser.Tests.Pages;

/// <summary>The view of the topics, on brokers that do not report settings.</summary>
public sealed class TopicsViewTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task Topics_OnePartitionIsHot_SaysWhichAndWhatIsUnknown()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        await dashboard.AppendAsync(TopicNames.UserActions, 7, 60);
        var page = await chromium.OpenAsync();
        await page.GotoAsync($"{dashboard.Address}/?view=topics");

        var row = page.Locator($"#topics tr[data-topic='{TopicNames.UserActions}']");
        // Topics are read every few seconds, also while records were written.
        await row.Locator("td >> text='60'").WaitForAsync();
        await row.Locator("text=uneven by records: #7 has 1,000 times the mean").WaitForAsync();
        var cells = await row.Locator("td").AllTextContentsAsync();
        Assert.Equal(["1,000", "unknown", "unknown", "60", "unknown"], cells.Take(5));
        Assert.Equal("unknown", await row.GetAttributeAsync("data-drifts"));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Topics_SortedAndFiltered_AddressKeepsBoth()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenAsync();
        await page.GotoAsync($"{dashboard.Address}/?view=topics");
        await page.Locator("#topics tbody tr[data-topic]").First.WaitForAsync();

        // By keyboard: a banner that comes in between moves what a pointer would hit.
        foreach (var order in new[] { "ascending", "descending" })
        {
            await page.PressAsync("#topics thead button:text-is('Partitions')", "Enter");
            await page.ExpectAsync($"#topics th[aria-sort={order}]:has(button:text-is('Partitions'))");
        }
        await page.FillAsync("#topics input[type=search]", "actions");
        await page.WaitForURLAsync($"{dashboard.Address}/?view=topics&topics-sort=-partitions&topics-find=actions");
        await page.ReloadAsync();

        await page.Locator("#topics th[aria-sort=descending]").WaitForAsync();
        var shown = await page.Locator("#topics tbody tr[data-topic]").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.topic)");
        Assert.Equal(TopicNames.UserActions, shown[0]);
        Assert.All(shown, topic => Assert.Contains("actions", topic, StringComparison.Ordinal));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Topics_SettingChangedByHand_ShowsTheCommandThatMendsIt()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenAsync();
        await page.GotoAsync($"{dashboard.Address}/?view=topics");

        await page.Locator("#topics tr[data-drifts='1'] + tr.more code", new PageLocatorOptions { HasText = "--add-config 'retention.ms=" }).WaitForAsync();
        await page.CloseAsync();
    }
}
