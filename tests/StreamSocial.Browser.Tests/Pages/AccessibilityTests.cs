using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using StreamSocial.Browser.Tests.Elasticity;

namespace StreamSocial.Browser.Tests.Pages;

/// <summary>Every view in both themes, from a telephone to a wall screen.</summary>
public sealed class AccessibilityTests(ChromiumFixture chromium)
{
    private static readonly int[] Widths = [360, 1920];

    [Theory]
    [InlineData(ColorScheme.Dark)]
    [InlineData(ColorScheme.Light)]
    public async Task EachView_AxeFindsNothingSerious_AndThePageDoesNotScrollSideways(ColorScheme theme)
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        await using var context = await chromium.OpenContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = theme,
            // Axe is a script from outside, which the page itself must not load.
            BypassCSP = true,
        });
        var page = await context.NewPageAsync();
        await page.GotoAsync(dashboard.Address);
        await page.WaitForSelectorAsync("body[data-version]");
        var found = new List<string>();
        foreach (var view in await page.Locator("#views a").EvaluateAllAsync<string[]>("links => links.map(link => link.href)"))
        {
            await page.GotoAsync(view);
            await page.WaitForSelectorAsync("body[data-version]");
            var result = await page.RunAxe();
            found.AddRange(result.Violations
                .Where(violation => violation.Impact is "serious" or "critical")
                .Select(violation => $"{view}: {violation.Id}: {string.Join(" | ", violation.Nodes.Take(4).Select(node => node.Html))}"));
            foreach (var width in Widths)
            {
                await page.SetViewportSizeAsync(width, 1000);
                if (await NeededWidthAsync(page, width) is var needed && needed > width)
                    found.Add($"{view}: {needed} px wide at {width}");
            }
        }
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    /// <summary>How wide the page is once its charts have followed the window; they are drawn anew some frames after it changed.</summary>
    private static async Task<int> NeededWidthAsync(IPage page, int width)
    {
        try
        {
            await page.WaitForFunctionAsync("width => document.documentElement.scrollWidth <= width", width, new PageWaitForFunctionOptions { Timeout = 5_000 });
        }
        catch (TimeoutException)
        {
            // It stays too wide.
        }
        return await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
    }
}
