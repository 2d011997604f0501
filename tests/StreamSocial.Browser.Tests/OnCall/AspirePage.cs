using System.Text.RegularExpressions;
using Microsoft.Playwright;
using StreamSocial.Integration.Tests.Processes;

namespace StreamSocial.Browser.Tests.OnCall;

/// <summary>The Aspire dashboard in a tab of its own, opened by the printed link.</summary>
internal sealed partial class AspirePage(IPage page, Uri login)
{
    public IPage Page => page;

    public static async Task<AspirePage> OpenAsync(IPage page, AppHostProcess appHost)
    {
        var login = new Uri(Login().Match(string.Join('\n', appHost.Lines)).Value);
        await page.GotoAsync(login.ToString());
        var aspire = new AspirePage(page, login);
        await aspire.LoadAsync();
        return aspire;
    }

    /// <summary>Aspire's own page fails at times while it loads, and then asks to be loaded again.</summary>
    private async Task LoadAsync()
    {
        var failure = page.Locator("#blazor-error-ui:visible");
        for (var tries = 0; tries < 3; tries++)
        {
            await Row("kafka").First.Or(failure).First.WaitForAsync(new LocatorWaitForOptions { Timeout = 60_000 });
            if (await failure.CountAsync() == 0)
                return;
            await page.ReloadAsync();
        }
    }

    public Task ExpectAsync(string resource, string state) => Row(resource).Filter(new LocatorFilterOptions { HasText = state }).First.WaitForAsync();

    /// <summary>Clicks a command's button.</summary>
    /// <param name="resource">The resource's name.</param>
    /// <param name="title">What the button shows when it is pointed at.</param>
    public Task ClickAsync(string resource, Regex title) => Row(resource).GetByTitle(title).First.ClickAsync();

    /// <summary>Waits until a command can be given.</summary>
    public Task ExpectButtonAsync(string resource, Regex title) => Row(resource).GetByTitle(title).First.WaitForAsync();

    /// <summary>Opens the traces of a resource and waits for one with such spans.</summary>
    /// <param name="resource">The resource's name. Not all traces: the page has only the rows that are in sight, and new ones come all the time.</param>
    /// <param name="spans">What the trace's row says of its spans.</param>
    public async Task ExpectTraceAsync(string resource, Regex spans)
    {
        await page.GotoAsync(new Uri(login, $"/traces/resource/{resource}").ToString());
        await page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = resource }).Filter(new LocatorFilterOptions { HasTextRegex = spans }).First.WaitForAsync();
    }

    /// <summary>Opens a trace; whether its page has such a text soon. One that is opened before the trace has come says that there is none, and was seen to stay so for a minute.</summary>
    public async Task<bool> ShowsTraceAsync(string address, string text)
    {
        await page.GotoAsync(address);
        try
        {
            await page.GetByText(text).First.WaitForAsync(new LocatorWaitForOptions { Timeout = 5_000 });
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public Task OpenResourcesAsync() => page.GotoAsync(new Uri(login, "/").ToString());

    private ILocator Row(string resource) => page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { Has = page.GetByText(resource, new PageGetByTextOptions { Exact = true }) });

    [GeneratedRegex(@"http://localhost:\d+/login\?t=\w+")]
    private static partial Regex Login();
}
