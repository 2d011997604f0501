using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace StreamSocial.Browser.Tests.Elasticity;

/// <summary>A page whose figures stand still says so within 3 s, and goes on by itself.</summary>
public sealed class FreshnessTests(ChromiumFixture chromium)
{
    private const string Banner = "#stale:not([hidden])";
    private const string NoBanner = "#stale[hidden]";

    private static readonly Dictionary<string, (RequestDelegate? Answer, string Reason)> Failures = new()
    {
        ["an error"] = (context => Status(context, StatusCodes.Status503ServiceUnavailable), "status 503"),
        ["a refusal"] = (context => Status(context, StatusCodes.Status403Forbidden), "status 403"),
        ["a page"] = (context => context.Response.WriteAsync("<!doctype html>Sign in"), "its answer is not a stream"),
        ["an empty stream"] = (context => StreamAsync(context, "retry: 1\n\n"), "it ended the connection"),
        ["rubbish"] = (context => StreamAsync(context, "event: snapshot\ndata: {\"version\":\n\n"), "its answer is not a snapshot"),
        ["nothing"] = (Abort, "it cannot be reached"),
    };

    public static TheoryData<string> Kinds => [.. Failures.Keys];

    [Fact]
    public async Task Banner_SourceStandsStill_AppearsWithin3SecondsAndGoes()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenDashboardAsync(dashboard.Address);
        await page.ExpectAsync(NoBanner);
        // The page itself notes when the banner comes, so that a slow test run does not count.
        await page.EvaluateAsync(
            """
            () => new MutationObserver(() => { if (!document.querySelector('#stale').hidden) document.body.dataset.noticedAt ??= Date.now(); })
                .observe(document.querySelector('#stale'), { attributes: true })
            """);

        dashboard.Freeze();

        await page.ExpectAsync(Banner);
        var latest = await page.EvaluateAsync<double>("async () => (await (await fetch('/api/snapshot')).json()).at");
        var noticed = double.Parse((await page.GetAttributeAsync("body", "data-noticed-at"))!, CultureInfo.InvariantCulture);
        Assert.InRange(noticed - latest, 1_000, 3_000);
        Assert.Equal("The figures stand still.", await page.TextContentAsync("#stale-text"));
        await page.ExpectTextAsync("#stale-age", "They are 5 s old.");
        Assert.Equal("Standing still", await page.TextContentAsync("#status-text"));

        dashboard.Thaw();

        await page.ExpectAsync(NoBanner);
        Assert.Equal("Live", await page.TextContentAsync("#status-text"));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Banner_SourceStoppedBeforeThePageOpened_SaysTheTrueAge()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var first = await chromium.OpenDashboardAsync(dashboard.Address);
        dashboard.Freeze();
        await first.ExpectTextAsync("#stale-age", "They are 6 s old.");

        // The clock of this reader's machine is an hour behind.
        var second = await chromium.OpenDashboardAsync(dashboard.Address, "const now = Date.now; Date.now = () => now() - 3600000;");

        await second.ExpectAsync(Banner);
        var age = int.Parse((await second.TextContentAsync("#stale-age"))!.Split(' ')[2], CultureInfo.InvariantCulture);
        Assert.InRange(age, 6, 60);
        await first.CloseAsync();
        await second.CloseAsync();
    }

    [Fact]
    public async Task Page_DashboardRestarts_SaysItIsGoneAndReconnects()
    {
        var dashboard = await DemoDashboard.StartAsync();
        IPage page;
        var address = dashboard.Address;
        try
        {
            page = await chromium.OpenDashboardAsync(address);
            await page.WaitForFunctionAsync("() => Number(document.body.dataset.version) >= 3");
        }
        finally
        {
            await dashboard.DisposeAsync();
        }
        await page.ExpectAsync(Banner);
        await page.ExpectTextAsync("#stale-why", "it cannot be reached");
        Assert.Equal("lost", await page.GetAttributeAsync("#status", "data-state"));

        await using var second = await DemoDashboard.StartAsync(address);

        await page.ExpectAsync(NoBanner);
        await page.ExpectAsync("#status[data-state='live']");
        // The charts are those of the new run.
        await page.WaitForFunctionAsync("() => Number(document.querySelector('#lag').dataset.points) <= Number(document.body.dataset.version)");
        await page.CloseAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Page_StreamAnsweredWith_SaysWhyAndReconnects(string kind)
    {
        var (answer, reason) = Failures[kind];
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenDashboardAsync(dashboard.Address);
        dashboard.Answer = answer;
        dashboard.CutStreams();
        await page.ExpectAsync(Banner);
        await page.ExpectTextAsync("#stale-why", reason);

        dashboard.Answer = null;

        await page.ExpectAsync(NoBanner);
        await page.ExpectAsync("#status[data-state='live']");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Page_StreamIsOpenAndSilent_ReconnectsAfterAWhile()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenDashboardAsync(dashboard.Address);
        dashboard.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        dashboard.CutStreams();
        await page.ExpectAsync(Banner);

        dashboard.Answer = null;

        await page.ExpectAsync(NoBanner);
        await page.CloseAsync();
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task StreamAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "text/event-stream";
        return context.Response.WriteAsync(text);
    }

    private static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }
}
