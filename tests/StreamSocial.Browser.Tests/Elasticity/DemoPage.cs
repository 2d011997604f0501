using Microsoft.Playwright;

namespace StreamSocial.Browser.Tests.Elasticity;

internal static class DemoPage
{
    /// <summary>Opens the live page and waits until it shows figures; skips the test where the page was not built.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="address">The dashboard.</param>
    /// <param name="script">Runs before the page's own scripts; null for none.</param>
    public static async Task<IPage> OpenDashboardAsync(this ChromiumFixture chromium, string address, string? script = null)
    {
        var page = await chromium.OpenAsync();
        if (script is not null)
            await page.AddInitScriptAsync(script);
        return await page.OpenDashboardAsync(address);
    }

    /// <summary>Opens the live page in a page that is there.</summary>
    public static async Task<IPage> OpenDashboardAsync(this IPage page, string address)
    {
        var index = await page.APIRequest.GetAsync(address);
        if (!(await index.TextAsync()).Contains("app.js", StringComparison.Ordinal))
            Assert.Skip("The live page was not built: Node 20 or newer was not on the PATH.");
        await page.GotoAsync(address);
        await page.ExpectAsync("body[data-version]");
        return page;
    }

    // Attached, not visible: an element may be below the fold, and data attributes are what is asked for.
    public static async Task ExpectAsync(this IPage page, string selector) =>
        await page.WaitForSelectorAsync(selector, new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });

    /// <summary>Waits until an element's attribute is something.</summary>
    /// <param name="page">The page.</param>
    /// <param name="selector">The element.</param>
    /// <param name="name">The attribute.</param>
    /// <param name="value">What it shall be.</param>
    /// <param name="note">What else to say when it is not.</param>
    public static async Task ExpectAttributeAsync(this IPage page, string selector, string name, string value, Func<string>? note = null)
    {
        try
        {
            await page.WaitForFunctionAsync("([selector, name, value]) => document.querySelector(selector)?.getAttribute(name) === value", new[] { selector, name, value });
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{name} of {selector} should be {value}; it is {await page.GetAttributeAsync(selector, name)}. {note?.Invoke()}");
        }
    }

    /// <summary>Waits until an element's text contains something.</summary>
    public static async Task ExpectTextAsync(this IPage page, string selector, string text)
    {
        try
        {
            await page.WaitForFunctionAsync("([selector, text]) => document.querySelector(selector)?.textContent.includes(text)", new[] { selector, text });
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{selector} should contain \"{text}\"; it is \"{await page.TextContentAsync(selector)}\".");
        }
    }
}
