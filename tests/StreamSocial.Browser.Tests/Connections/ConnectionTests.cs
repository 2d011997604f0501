using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using StreamSocial.Browser.Tests.Elasticity;

namespace StreamSocial.Browser.Tests.Connections;

/// <summary>The page behind what is between a dashboard and its readers: a browser's limits, proxies that fail, paths that others chose, narrow windows.</summary>
public sealed class ConnectionTests(ChromiumFixture chromium)
{
    private const string Banner = "#stale:not([hidden])";
    private const string NoBanner = "#stale[hidden]";

    /// <summary>Notes when the banner comes, in the page itself, so that a slow test run does not count.</summary>
    private const string NoteBanner =
        """
        () => {
            delete document.body.dataset.noticedAt;
            new MutationObserver(() => { if (!document.querySelector('#stale').hidden) document.body.dataset.noticedAt ??= Date.now(); })
                .observe(document.querySelector('#stale'), { attributes: true });
            return Date.now();
        }
        """;

    /// <summary>Lets the page's time-outs pass in a twentieth of their time.</summary>
    private const string ShortTimeouts = "const timeout = AbortSignal.timeout.bind(AbortSignal); AbortSignal.timeout = (milliseconds) => timeout(milliseconds / 20);";

    [Fact]
    public async Task Tabs_SevenInOneBrowser_AreAllLiveOverOneStream()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var context = await chromium.OpenContextAsync(new BrowserNewContextOptions());
        var tabs = new List<IPage>();
        for (var i = 0; i < 7; i++)
        {
            var tab = await context.NewPageAsync();
            tabs.Add(await tab.OpenDashboardAsync(dashboard.Address));
        }

        foreach (var tab in tabs)
        {
            var version = int.Parse((await tab.GetAttributeAsync("body", "data-version"))!, CultureInfo.InvariantCulture);
            await tab.WaitForFunctionAsync("version => Number(document.body.dataset.version) >= version + 2", version);
            await tab.ExpectAsync("#status[data-state='live']");
            await tab.ExpectTextAsync("#control-state", "decides by itself");
        }

        Assert.Equal(1, dashboard.OpenStreams);
        await tabs[0].CloseAsync();
        var last = int.Parse((await tabs[6].GetAttributeAsync("body", "data-version"))!, CultureInfo.InvariantCulture);
        await tabs[6].WaitForFunctionAsync("version => Number(document.body.dataset.version) >= version + 2", last);
        await context.CloseAsync();
    }

    [Fact]
    public async Task Tab_HiddenWithoutSharedWorkers_GivesItsConnectionBack()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenDashboardAsync(
            dashboard.Address, "delete window.SharedWorker; let hidden = false; Object.defineProperty(document, 'hidden', { get: () => hidden }); window.hide = (value) => { hidden = value; document.dispatchEvent(new Event('visibilitychange')); };");
        Assert.Equal(1, dashboard.OpenStreams);

        await page.EvaluateAsync("() => hide(true)");

        await dashboard.WaitForStreamsAsync(0);
        await page.EvaluateAsync("() => hide(false)");
        await dashboard.WaitForStreamsAsync(1);
        await page.ExpectAsync(NoBanner);
        await page.ExpectAsync("#status[data-state='live']");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Page_ProxyAnswers502For8Seconds_SaysSoAndIsLiveAgain()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        await using var proxy = await TestProxy.StartAsync(dashboard.Address);
        var page = await chromium.OpenDashboardAsync(proxy.Address);
        await page.ExpectAsync("#status[data-state='live']");
        var failedAt = await page.EvaluateAsync<double>(NoteBanner);

        proxy.Fail();

        await page.ExpectAsync(Banner);
        await page.ExpectTextAsync("#stale-why", "it answers with status 502");
        Assert.InRange(await NoticedAtAsync(page) - failedAt, 0, 3_000);
        // The page waits up to 5 s between its tries.
        await page.WaitForFunctionAsync("failedAt => Date.now() > failedAt + 8000", failedAt);
        proxy.Recover();
        await page.ExpectAsync(NoBanner);
        await page.ExpectAsync("#status[data-state='live']");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Page_ConnectionFallsSilent_SaysWithin3SecondsThatItIsStaleAndSinceWhen()
    {
        // The next snapshot is due long after the silence has to be noticed.
        await using var dashboard = await DemoDashboard.StartAsync("http://127.0.0.1:0", "--Dashboard:Interval=00:00:30", "--Dashboard:RateWindow=00:01:00");
        await using var proxy = await TestProxy.StartAsync(dashboard.Address);
        var context = await chromium.OpenContextAsync(new BrowserNewContextOptions { TimezoneId = "Asia/Kolkata" });
        var page = await (await context.NewPageAsync()).OpenDashboardAsync(proxy.Address);
        await page.ExpectAsync("#status[data-state='live']");
        // Heartbeats keep it live though no snapshot comes.
        var openedAt = await page.EvaluateAsync<double>(NoteBanner);
        await page.WaitForFunctionAsync("openedAt => Date.now() > openedAt + 4000", openedAt);
        Assert.Null(await page.GetAttributeAsync("body", "data-noticed-at"));
        var at = await page.EvaluateAsync<double>("async () => (await (await fetch('api/snapshot')).json()).at");
        var silentAt = await page.EvaluateAsync<double>("() => Date.now()");

        proxy.FallSilent();

        await page.ExpectAsync(Banner);
        Assert.InRange(await NoticedAtAsync(page) - silentAt, 0, 3_000);
        var time = DateTimeOffset.FromUnixTimeMilliseconds((long)at).ToOffset(TimeSpan.FromHours(5.5)).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        Assert.Equal($"They are of {time} UTC+5:30.", await page.TextContentAsync("#stale-since"));
        Assert.Equal("Standing still", await page.TextContentAsync("#status-text"));

        proxy.Recover();

        await page.ExpectAsync(NoBanner);
        await page.ExpectAsync("#status[data-state='live']");
        await context.CloseAsync();
    }

    /// <summary>A snapshot takes longer to arrive than a connection may be silent.</summary>
    [Fact]
    public async Task Page_OverASlowLink_ShowsFigures()
    {
        await using var dashboard = await DemoDashboard.StartAsync("http://127.0.0.1:0", "--Dashboard:Interval=00:00:30", "--Dashboard:RateWindow=00:01:00");
        await using var proxy = await TestProxy.StartAsync(dashboard.Address);
        proxy.SlowDown();

        var page = await chromium.OpenDashboardAsync(proxy.Address);

        var length = await page.EvaluateAsync<int>("async () => (await (await fetch('api/snapshot')).text()).length");
        Assert.True(length > 55_000, $"The snapshot has only {length} characters, which are there before the page gives up.");
        await page.CloseAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Page_BelowAPathPrefix_WorksAsAWhole(bool isBehindProxy)
    {
        await using var dashboard = await DemoDashboard.StartAsync("http://127.0.0.1:0", isBehindProxy ? [] : ["--PathBase=/streamsocial"]);
        await using var proxy = await TestProxy.StartAsync(dashboard.Address);
        var address = isBehindProxy ? proxy.Address : dashboard.Address + "/streamsocial";
        var context = await chromium.OpenContextAsync(new BrowserNewContextOptions());
        var page = await context.NewPageAsync();
        var (refused, complaints) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        context.Response += (_, response) =>
        {
            if (response.Status >= 400)
                refused.Enqueue($"{response.Status} {response.Url}");
        };
        page.PageError += (_, error) => complaints.Enqueue(error);

        await page.OpenDashboardAsync(address);

        await page.ExpectAsync("#status[data-state='live']");
        await page.ExpectTextAsync("#control-state", "decides by itself");
        await page.WaitForFunctionAsync("() => Number(document.querySelector('#lag').dataset.points) > 0");
        await page.GetByText("plain page").ClickAsync();
        await page.ExpectAsync("#totals");
        Assert.Equal("collapse", await page.EvaluateAsync<string>("() => getComputedStyle(document.querySelector('#totals')).borderCollapse"));
        await page.GetByText("Live page").ClickAsync();
        await page.ExpectAsync("body[data-version]");
        Assert.EndsWith("/streamsocial/", page.Url, StringComparison.Ordinal);
        Assert.Empty(refused);
        Assert.Empty(complaints);
        await context.CloseAsync();
    }

    [Theory]
    [InlineData("/plain")]
    [InlineData("/")]
    public async Task Page_InAWindowOf320_FitsIt(string path)
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var context = await chromium.OpenContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 320, Height = 640 } });
        var page = await (await context.NewPageAsync()).OpenDashboardAsync(dashboard.Address);

        await page.GotoAsync(dashboard.Address + path);

        await page.ExpectAsync(path == "/" ? "body[data-version] #members .grid" : "#totals");
        Assert.Equal(320, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        await context.CloseAsync();
    }

    [Theory]
    [InlineData(60)]
    [InlineData(1_800)]
    public async Task Charts_OfAnyHistory_SpanItAndNameTheirTimeZone(int seconds)
    {
        await using var dashboard = await DemoDashboard.StartAsync("http://127.0.0.1:0", $"--Dashboard:HistoryLength={TimeSpan.FromSeconds(seconds):c}");
        var context = await chromium.OpenContextAsync(new BrowserNewContextOptions { TimezoneId = "America/New_York" });
        var page = await context.NewPageAsync();
        var (asked, problems) = (0, new ConcurrentQueue<string>());
        // A dashboard that has run for longer than it shows.
        await page.RouteAsync("**/api/history", async route =>
        {
            Interlocked.Increment(ref asked);
            try
            {
                var answer = await route.FetchAsync();
                var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                var history = JsonNode.Parse(await answer.TextAsync())!;
                foreach (var column in history.AsObject().Where(column => column.Value is JsonArray).Select(column => column.Key).ToList())
                    history[column] = new JsonArray([.. Enumerable.Range(0, 3_600).Select(i => (JsonNode)(column == "at" ? now - ((3_600 - i) * 1_000L) : 1L))]);
                await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = history.ToJsonString() });
            }
            catch (Exception e) when (e is PlaywrightException or TimeoutException or JsonException)
            {
                // Nobody sees what a handler throws, and the page would wait for its answer.
                problems.Enqueue(e.Message);
                await route.AbortAsync();
            }
        });

        await page.OpenDashboardAsync(dashboard.Address);

        await page.ExpectAttributeAsync("#lag", "data-seconds", seconds.ToString(CultureInfo.InvariantCulture), () => $"The history was asked for {asked} times. {string.Join(' ', problems)}");
        Assert.Contains($"last {seconds / 60} minutes, times in UTC−", await page.GetAttributeAsync("#lag", "aria-label"), StringComparison.Ordinal);
        await page.HoverAsync("#lag .u-over");
        await page.ExpectTextAsync("#lag .u-series:first-child .u-value", "UTC");
        Assert.Matches(@"^\d{2}:\d{2}:\d{2} UTC−[45]$", await page.TextContentAsync("#lag .u-series:first-child .u-value"));
        Assert.Matches("^UTC−[45]$", await page.TextContentAsync("#zone"));
        Assert.Empty(problems);
        await context.CloseAsync();
    }

    /// <summary>A page may be heard by the worker that the tabs share between the beginning of its stream and the first snapshot.</summary>
    [Fact]
    public async Task History_StreamBeganBeforeThePageWasHeard_IsLoaded()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var heard = new TaskCompletionSource();
        dashboard.Answer = context => WriteStreamAsync(context, dashboard.Address, heard.Task);
        var page = await chromium.OpenAsync();
        // The page says hello when another one has had a heartbeat, which comes after the stream's beginning.
        await page.AddInitScriptAsync(
            """
            const Shared = window.SharedWorker;
            window.SharedWorker = class extends Shared {
                constructor(url, options) {
                    super(url, options);
                    const say = this.port.postMessage.bind(this.port);
                    this.port.postMessage = () => {};
                    const other = new Shared(url, options).port;
                    other.onmessage = ({ data }) => {
                        if (data.kind !== 'alive') return;
                        other.onmessage = null;
                        say('hello');
                        document.body.dataset.isHeard = 'true';
                    };
                    other.postMessage('hello');
                }
            };
            """);
        var asked = page.WaitForRequestAsync("**/api/history");
        await page.GotoAsync(dashboard.Address);
        await page.ExpectAsync("body[data-is-heard]");
        heard.SetResult();

        await page.ExpectAsync("body[data-version]");
        await asked;

        await page.CloseAsync();
    }

    /// <summary>An answer that never comes, and one that breaks off, are asked for again.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("{\"lengthMs\":9")]
    public async Task History_FirstAnswerIsNone_IsAskedForAgain(string? body)
    {
        await using var dashboard = await DemoDashboard.StartAsync("http://127.0.0.1:0", "--Dashboard:HistoryLength=00:01:00");
        var page = await chromium.OpenAsync();
        await page.AddInitScriptAsync(ShortTimeouts);
        var asked = 0;
        await page.RouteAsync("**/api/history", async route =>
        {
            if (Interlocked.Increment(ref asked) > 1)
                await route.ContinueAsync();
            else if (body is not null)
                await route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = body });
        });

        await page.OpenDashboardAsync(dashboard.Address);

        await page.ExpectAttributeAsync("#lag", "data-seconds", "60", () => $"The history was asked for {asked} times.");
        await page.CloseAsync();
    }

    /// <summary>An answer that never comes must not keep a panel from asking again.</summary>
    [Theory]
    [InlineData("?view=overview", "**/api/override")]
    [InlineData("?view=operations", "**/api/operations")]
    [InlineData("?view=operations", "**/api/stages")]
    [InlineData("?view=records", "**/api/dead-letters?*")]
    [InlineData("?view=records&user=ann", "**/api/feeds/ann")]
    public async Task Panel_FirstAnswerNeverComes_AsksAgain(string view, string address)
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenAsync();
        await page.AddInitScriptAsync(ShortTimeouts);
        var (asked, isAskedAgain) = (0, new TaskCompletionSource());
        await page.RouteAsync(address, async route =>
        {
            if (Interlocked.Increment(ref asked) == 1)
                return;
            isAskedAgain.TrySetResult();
            await route.ContinueAsync();
        });

        await page.OpenDashboardAsync($"{dashboard.Address}/{view}");

        await isAskedAgain.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Page_SnapshotThatCannotBeDrawn_IsNotCalledLive()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        dashboard.Answer = context => WriteStreamAsync(context, dashboard.Address, Task.CompletedTask, snapshot => snapshot["topics"] = 5);
        var page = await chromium.OpenAsync();
        await page.AddInitScriptAsync(
            """
            addEventListener('DOMContentLoaded', () => new MutationObserver(() => document.body.dataset.was = `${document.body.dataset.was ?? ''} ${document.querySelector('#status').dataset.state}`)
                .observe(document.querySelector('#status'), { attributes: true }));
            """);

        await page.OpenDashboardAsync(dashboard.Address);

        await page.ExpectAsync("#status[data-state='lost']");
        Assert.DoesNotContain("live", await page.GetAttributeAsync("body", "data-was"), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Charts_ClockSetBack_GoOnFromThere()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenAsync();
        var later = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds();
        await page.RouteAsync("**/api/history", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "application/json",
            Body = $$"""{"lengthMs":900000,"at":[{{later}},{{later + 1}}],"rateIn":[1,1],"rateOut":[1,1],"lag":[1,1],"oldestAgeMs":[1,1],"wanted":[1,1],"running":[1,1],"ready":[1,1]}""",
        }));

        await page.OpenDashboardAsync(dashboard.Address);

        await page.ExpectAttributeAsync("#lag", "data-points", "4");
        await page.CloseAsync();
    }

    /// <summary>Begins as the dashboard does, with heartbeats only, then sends the latest snapshot, and heartbeats again.</summary>
    private static async Task WriteStreamAsync(HttpContext context, string address, Task isHeard, Action<JsonNode>? change = null)
    {
        using var http = new HttpClient();
        var isSent = false;
        context.Response.ContentType = "text/event-stream";
        try
        {
            for (; ; )
            {
                if (!isSent && isHeard.IsCompleted)
                {
                    var snapshot = JsonNode.Parse(await http.GetStringAsync(new Uri($"{address}/api/snapshot"), context.RequestAborted))!;
                    change?.Invoke(snapshot);
                    await context.Response.WriteAsync($"event: snapshot\ndata: {snapshot.ToJsonString()}\n\n", context.RequestAborted);
                    isSent = true;
                }
                await context.Response.WriteAsync($"event: heartbeat\ndata: {TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(100, context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The page went.
        }
    }

    private static async Task<double> NoticedAtAsync(IPage page) => double.Parse((await page.GetAttributeAsync("body", "data-noticed-at"))!, CultureInfo.InvariantCulture);
}
