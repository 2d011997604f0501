using Microsoft.Playwright;
using StreamSocial.Browser.Tests;

[assembly: AssemblyFixture(typeof(ChromiumFixture))]

namespace StreamSocial.Browser.Tests;

/// <summary>One Chromium for all tests; those that need it are skipped, with the reason, where there is none.</summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    private const string Variable = "CHROMIUM";

    /// <summary>Debian's browsers; the first draws no frames for a screen that is not there, which saves two fifths of the processor time.</summary>
    private static readonly string[] Debian = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

    /// <summary>How long something that shall appear is waited for, in milliseconds: only a page that never shows it takes so long, on any machine.</summary>
    private const float Patience = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable(Variable) ?? Array.Find(Debian, File.Exists);
        if (!File.Exists(path))
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            // No sandbox: tests may run as root in a container. The others keep the browser from talking to anybody but the page.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A browser of its own for one test, in which it opens tabs.</summary>
    public async Task<IBrowserContext> OpenContextAsync(BrowserNewContextOptions options)
    {
        SkipWithoutBrowser();
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return context;
    }

    /// <summary>A page of its own for one test, wide enough for the maps to stand side by side.</summary>
    public async Task<IPage> OpenAsync()
    {
        SkipWithoutBrowser();
        var page = await _browser!.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 1200 } });
        page.SetDefaultTimeout(Patience);
        return page;
    }

    private void SkipWithoutBrowser()
    {
        if (_browser is null)
            Assert.Skip($"There is no browser: neither {string.Join(", ", Debian)} nor the file that the environment variable {Variable} names.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
