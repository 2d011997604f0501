using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Microsoft.Playwright;
using StreamSocial.Alerts.Rules;
using StreamSocial.Browser.Tests.Alerts;
using StreamSocial.Browser.Tests.Elasticity;
using StreamSocial.Events;
using StreamSocial.Integration.Tests.Processes;

namespace StreamSocial.Browser.Tests.OnCall;

/// <summary>What somebody on call does with the two pages, the Aspire dashboard and the live one, on a topology as users start it.</summary>
/// <remarks>One test for all of it, since a topology takes long to start. With the environment variable UPDATE_DOCS the pictures in docs/images are taken anew.</remarks>
[Collection(nameof(WholeMachine))]
public sealed partial class OnCallTests(ChromiumFixture chromium, ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private AlertReceiver? _receiver;
    private AppHostProcess? _appHost;
    private AspirePage? _aspire;
    private IPage? _page;

    private AppHostProcess AppHost => _appHost!;

    private AspirePage Aspire => _aspire!;

    private IPage Page => _page!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await AlertReceiver.StartAsync();
        _page = await chromium.OpenAsync();
        _page.SetDefaultTimeout(60_000);
    }

    public async ValueTask DisposeAsync()
    {
        if (_aspire is not null)
            await _aspire.Page.CloseAsync();
        if (_page is not null)
            await _page.CloseAsync();
        _appHost?.Dispose();
        if (_receiver is not null)
            await _receiver.DisposeAsync();
    }

    [Theory]
    [InlineData("embedded")]
    [InlineData("process")]
    public async Task Pages_FromTheFirstLookToABrokerThatEnds_ShowAndDoWhatTheySay(string source)
    {
        if (source == "process" && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME")))
            Assert.Skip("KAFKA_HOME is not set: set it to a Kafka distribution (a directory with libs/*.jar) to run this on real brokers.");
        await StartAsync(source);
        try
        {
            await LookAtTheResourcesAsync();
            await FollowAPostAsync();
            await LookAtTopicsAndGroupsAsync(source);
            await PauseAStageAsync();
            await ResetOffsetsAsync();
            await SendADeadLetterBackAsync();
            await EndABrokerAsync(source);
            await LoseTheDashboardAsync();
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Path.GetTempPath(), "on-call-failed.png"), FullPage = true });
            await Aspire.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Path.GetTempPath(), "on-call-failed-aspire.png") });
            Assert.Fail($"{e} The pages are in {Path.GetTempPath()}on-call-failed*.png.");
        }
    }

    private async Task StartAsync(string source)
    {
        _appHost = AppHostProcess.Start(
            $"--Kafka:Source={source}", "--Kafka:Jmx=true", "--FeedGenerators:Initial=2", "--FeedGenerators:Maximum=3", "--Telemetry:TraceSampleRatio=1",
            $"--Alerts:Webhook:Url={_receiver!.Address}", "--Alerts:Rules:BrokerDown:For=00:00:00", "--Alerts:Rules:BrokerDown:KeepFiringFor=00:00:01");
        await UntilAsync("everything is healthy", () => Task.FromResult(Array.Exists(AppHost.Lines, line => line.Contains("Control  ", StringComparison.Ordinal))));
        _aspire = await AspirePage.OpenAsync(await chromium.OpenAsync(), AppHost);
        _aspire.Page.SetDefaultTimeout(60_000);
    }

    /// <summary>Brokers and replicas stand with their states on the Aspire dashboard, and a command there starts a replica.</summary>
    private async Task LookAtTheResourcesAsync()
    {
        foreach (var (resource, state) in new[] { ("kafka", "Running"), ("kafka-1", "Running"), ("kafka-3", "Running"), ("feed-generator-1", "Running"), ("feed-generator-3", "Waiting for load") })
            await Aspire.ExpectAsync(resource, state);
        await Aspire.Page.UpdatePictureAsync("aspire-dashboard.png");

        await Aspire.ClickAsync("feed-generators", ScaleOut());
        await UntilAsync("three replicas are ready", async () =>
            (await AppHost.Control.GetFromJsonAsync<JsonElement>("/v1/scale", Token)).GetProperty("status").GetProperty("ready").GetInt32() == 3);
        await Aspire.ExpectAsync("feed-generator-3", "Running");

        await AssertMayUseButtonsAsync(AppHost.Dashboard!);
        await Page.OpenDashboardAsync(AppHost.Dashboard!.ToString());
        await Page.GetByText("feed-generator-3").First.WaitForAsync();
        var firstPaint = await Page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
        output.WriteLine($"The page was first painted after {firstPaint:0} ms.");
        await Page.UpdatePictureAsync("dashboard.png");
    }

    /// <summary>A post appears in a follower's feed while the page is open; its trace goes through ingest and two feed generators.</summary>
    private async Task FollowAPostAsync()
    {
        // Thirty followers are enough for their partitions to belong to several replicas, however these are split; which ones is open.
        await PostAsync([.. Enumerable.Range(0, 30).Select(i => (object)new { type = "follow", userId = $"reader-{i}", targetUserId = "celebrity" })]);
        await Page.ClickAsync("#views >> text=Records");
        await Page.FillAsync("#feed-user", "reader-1");
        await Page.Keyboard.PressAsync("Enter");
        await Page.ExpectTextAsync("#feed", "is empty");

        await PostAsync(Post("first-post", "hello"));
        var entry = Page.Locator("tr[data-action]").First;
        await entry.Filter(new LocatorFilterOptions { HasText = "celebrity" }).WaitForAsync();
        await Page.ExpectTextAsync("#feed-owner", "owns partition");
        await Page.UpdatePictureAsync("records.png");

        await Aspire.ExpectTraceAsync("ingest", TwoFeedGenerators());
        await Aspire.Page.UpdatePictureAsync("aspire-traces.png");
        var trace = (await entry.GetByRole(AriaRole.Link).GetAttributeAsync("href"))!;
        await UntilAsync("the Aspire dashboard shows the post's trace", () => Aspire.ShowsTraceAsync(trace, "ingest: POST /v1/actions"));
        await Aspire.OpenResourcesAsync();
    }

    /// <summary>The topics hold what was written, and the group has all three replicas; the embedded brokers do not list groups.</summary>
    private async Task LookAtTopicsAndGroupsAsync(string source)
    {
        await OpenAsync("topics");
        await Page.Locator($"#topics tr[data-topic='{TopicNames.UserActions}'] td:nth-child(5) >> text=/^[1-9]/").WaitForAsync();
        await Page.UpdatePictureAsync("topics.png");

        await OpenAsync("groups");
        await Page.ExpectAsync("#group-members tr[data-member='feed-generator-3']");
        if (source == "process")
            await Page.Locator("#groups tr[data-group='feed-generator'][data-foreign='false'] + tr.more", new PageLocatorOptions { HasText = "feed-generator-3: " }).WaitForAsync();
        else
            await Page.ExpectAsync("#groups .unknown");
        await Page.UpdatePictureAsync("groups.png");
    }

    /// <summary>A paused stage stays paused for a replica that is restarted by its button, and what waited takes effect when the stage is resumed.</summary>
    private async Task PauseAStageAsync()
    {
        await OpenAsync("operations");
        await Page.FillAsync("#operator", "ann");
        await Page.FillAsync("#pause-reason", "a look at it first");
        await Page.ClickAsync("tr[data-stage='feeds'] button");
        await PausedByAllAsync("feeds");

        await OpenAsync("overview");
        await Page.ClickAsync("button[data-restart='feed-generator-3']");
        await Page.Locator("dialog").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Restart" }).ClickAsync();
        await Page.ExpectTextAsync("#restart-note", "feed-generator-3 was restarted.");

        await OpenAsync("operations");
        await PausedByAllAsync("feeds");
        await Page.Locator("#operations tr[data-outcome='done']").Filter(new LocatorFilterOptions { HasText = "replica-restart" }).First.WaitForAsync();
        await Page.UpdatePictureAsync("operations.png");
        await PostAsync(Post("waiting-post", "meanwhile"));
        Assert.DoesNotContain("waiting-post", await FeedAsync("reader-2"), StringComparison.Ordinal);

        await Page.ClickAsync("tr[data-stage='feeds'] button");
        await Page.WaitForSelectorAsync("tr[data-stage='feeds'][data-state='running']");
        await UntilAsync("the post that waited is in the feed", async () => (await FeedAsync("reader-2")).Contains("waiting-post", StringComparison.Ordinal));
    }

    /// <summary>What the preview says would be skipped is skipped, and nothing else.</summary>
    private async Task ResetOffsetsAsync()
    {
        await Page.ClickAsync("tr[data-stage='actions'] button");
        await PausedByAllAsync("actions");
        await PostAsync(Post("skipped-post", "a poisoned hour"));
        await Page.SelectOptionAsync("#reset-stage", "actions");
        await Page.SelectOptionAsync("#reset-kind", "latest");
        // A paused stage still writes the checkpoint of what it had done, from which the preview counts.
        await UntilAsync("the preview counts what waits", async () =>
        {
            await Page.ClickAsync("#reset-preview");
            await Page.WaitForSelectorAsync("#reset-confirmation:not([hidden])");
            return await Page.GetAttributeAsync("#reset-plan", "data-skipped") == "1";
        });
        await Page.FillAsync("#reset-confirm", "feed-generator");
        await Page.ClickAsync("#reset-apply");
        // How many are skipped, the preview has said. Here a partition that changes hands in this moment makes it unknown on embedded brokers, whose owners alone know it.
        await Page.ExpectTextAsync("#reset-note", "All 60 partitions have moved");

        await Page.ClickAsync("tr[data-stage='actions'] button");
        await Page.WaitForSelectorAsync("tr[data-stage='actions'][data-state='running']");
        await PostAsync(Post("next-post", "after it"));
        await UntilAsync("the next post is in the feed", async () => (await FeedAsync("reader-3")).Contains("next-post", StringComparison.Ordinal));
        Assert.DoesNotContain("skipped-post", await FeedAsync("reader-3"), StringComparison.Ordinal);
    }

    /// <summary>A record that nobody can read becomes a dead letter; sent back, it becomes one again.</summary>
    private async Task SendADeadLetterBackAsync()
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = await BootstrapAsync() }).Build();
        await producer.ProduceAsync(new TopicPartition(TopicNames.UserActions, 3), new Message<Null, byte[]> { Value = [0xFF, 0x01] }, Token);
        await OpenAsync("records");
        var first = await LetterAsync(earlier: null);
        await Page.ClickAsync($"tr[data-letter='{first}'] button");
        await Page.WaitForSelectorAsync(".letter pre:text-is('ff 01')");
        await Page.CheckAsync($"tr[data-letter='{first}'] input");
        await Page.ClickAsync("#letters-replay");
        await Page.ClickAsync("dialog >> text=Send back");
        await Page.ExpectTextAsync("#letters-note", "1 were sent back.");
        await Page.WaitForSelectorAsync($"tr[data-letter='{first}'] td:nth-child(7):not(.dim)");
        await LetterAsync(earlier: first);
    }

    /// <summary>A broker that is stopped on the Aspire dashboard is seen, told, silenced, started again and resolved.</summary>
    private async Task EndABrokerAsync(string source)
    {
        // Leaders of the embedded cluster do not move: whoever leads these topics must stay, or no alert and no action could be kept.
        var broker = await BrokerBesideLeadersOfAsync(TopicNames.Alerts, TopicNames.Operations);
        await OpenAsync("brokers");
        await Page.ExpectAsync($"tr[data-broker='{broker}'][data-status='running']");
        if (source == "process")
            await Page.ExpectTextAsync("#broker-partitions", "The quorum has 3 voters and 1 active controllers.");

        await Aspire.ClickAsync($"kafka-{broker}", Stop());
        await Aspire.ExpectButtonAsync($"kafka-{broker}", Start());
        var stopped = TimeProvider.System.GetTimestamp();
        await Page.ExpectAsync($"tr[data-broker='{broker}']:not([data-status='running'])");
        output.WriteLine($"{source}: the page showed that broker {broker} had ended {TimeProvider.System.GetElapsedTime(stopped).TotalSeconds:0.0} s after the Aspire dashboard did.");
        // Copies are out of sync when replica.lag.time.max.ms is over, or the controller takes the broker out.
        if (source == "process")
            await Page.ExpectTextAsync("#broker-partitions", "Under-replicated:");
        await Page.ExpectTextAsync("#alert-banner", AlertRules.BrokerDown);
        await _receiver!.ExpectAsync(AlertRules.BrokerDown, 1);
        await Page.UpdatePictureAsync("brokers.png");

        await Page.ClickAsync("#views a[href='?view=alerts']");
        await Page.FillAsync("#silence-by", "ann");
        await Page.FillAsync("#silence-comment", "it is being started");
        await Page.ClickAsync("tr[data-alert='BrokerDown'] button");
        await Page.ExpectAsync("tr[data-alert='BrokerDown'][data-status='silenced']");
        await Page.UpdatePictureAsync("alerts.png");

        await Aspire.ClickAsync($"kafka-{broker}", Start());
        await Page.ExpectAsync("tr[data-resolved='BrokerDown']");
        await _receiver.ExpectAsync(AlertRules.BrokerDown, 2);
        Assert.Equal(["firing", "resolved"], _receiver.Told(AlertRules.BrokerDown).Select(told => told.Status));
        await OpenAsync("brokers");
        await Page.ExpectAsync($"tr[data-broker='{broker}'][data-status='running']");
        if (source == "process")
            await Page.ExpectTextAsync("#broker-partitions", "0 partitions offline, 0 under-replicated");
    }

    /// <summary>The page says that it is stale while the dashboard is away, and is live again, with what it knew, when it is back.</summary>
    private async Task LoseTheDashboardAsync()
    {
        await CommandAsync("dashboard", "stop");
        await Page.WaitForSelectorAsync("#stale:not([hidden])");
        await CommandAsync("dashboard", "start");
        await Page.WaitForSelectorAsync("#stale", new PageWaitForSelectorOptions { State = WaitForSelectorState.Hidden });
        await OpenAsync("alerts");
        await Page.ExpectAsync("tr[data-resolved='BrokerDown']");
        await OpenAsync("operations");
        await Page.Locator("#operations tr[data-outcome='done']").Filter(new LocatorFilterOptions { HasText = "offsets-reset" }).First.WaitForAsync();
        // What was skipped on purpose is not taken for lost.
        await OpenAsync("overview");
        await Page.ExpectAsync("#lost.good");
    }

    /// <summary>The stage is paused, and so say all replicas that have partitions of it; how many they are is the brokers' choice.</summary>
    private Task PausedByAllAsync(string stage) => Page.WaitForFunctionAsync(
        "stage => /^([1-9]\\d*) of \\1$/.test(document.querySelector(`tr[data-stage='${stage}'][data-state='paused'] td:nth-child(7)`)?.textContent)", stage);

    private static object Post(string content, string text) => new { type = "post", userId = "celebrity", contentId = content, text };

    private async Task OpenAsync(string view)
    {
        await Page.GotoAsync(new Uri(AppHost.Dashboard!, $"?view={view}").ToString());
        await Page.ExpectAsync("body[data-version]");
    }

    /// <summary>The newest dead letter beside one that is known.</summary>
    private async Task<string> LetterAsync(string? earlier)
    {
        var row = Page.Locator(earlier is null ? "tr[data-letter]" : $"tr[data-letter]:not([data-letter='{earlier}'])").First;
        await row.WaitForAsync();
        return (await row.GetAttributeAsync("data-letter"))!;
    }

    private async Task PostAsync(params object[] actions)
    {
        using var client = new HttpClient { BaseAddress = new Uri(await AddressOfAsync("ingest")) };
        using var answer = await client.PostAsJsonAsync("/v1/actions", actions, Token);
        Assert.True(answer.IsSuccessStatusCode, $"ingest answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Token)}");
    }

    private async Task<string> FeedAsync(string user)
    {
        var answer = await Page.APIRequest.GetAsync(new Uri(AppHost.Dashboard!, $"api/feeds/{user}").ToString());
        return await answer.TextAsync();
    }

    /// <summary>The token in the printed link is the one that the dashboard was given.</summary>
    private static async Task AssertMayUseButtonsAsync(Uri link)
    {
        using var client = new HttpClient { BaseAddress = link };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(link));
        var status = await client.GetFromJsonAsync<JsonElement>("/api/override", Token);
        Assert.True(status.GetProperty("isAuthorized").GetBoolean());
    }

    private static string TokenOf(Uri link) => link.Fragment.Replace("#token=", "", StringComparison.Ordinal);

    private async Task CommandAsync(string resource, string command)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/resources/{resource}/commands/{command}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(AppHost.Dashboard!));
        using var answer = await AppHost.Control.SendAsync(request, Token);
        Assert.True(answer.IsSuccessStatusCode, $"{command} of {resource}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Token)}");
    }

    private async Task<string> AddressOfAsync(string service) => (await AppHost.ReadResourcesAsync(Token))
        .First(resource => resource.GetProperty("name").GetString() == service).GetProperty("urls")[0].GetString()!;

    private async Task<string> BootstrapAsync() =>
        (await AppHost.Control.GetFromJsonAsync<JsonElement>("/v1/kafka", Token)).GetProperty("bootstrapServers").GetString()!;

    private async Task<int> BrokerBesideLeadersOfAsync(params string[] topics)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = await BootstrapAsync() }).Build();
        var metadata = admin.GetMetadata(TimeSpan.FromSeconds(10));
        var leaders = metadata.Topics.Where(topic => topics.Contains(topic.Topic)).Select(topic => topic.Partitions.Single().Leader);
        return metadata.Brokers.Select(broker => broker.BrokerId).Except(leaders).Order().Last();
    }

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

    [GeneratedRegex("^Starts one more feed generator")]
    private static partial Regex ScaleOut();

    [GeneratedRegex(@"feed-generator-(\d)[\s\S]*feed-generator-(?!\1)\d")]
    private static partial Regex TwoFeedGenerators();

    [GeneratedRegex("^(Stop|Cuts the broker's connections and refuses)")]
    private static partial Regex Stop();

    [GeneratedRegex("^Start( |$)")]
    private static partial Regex Start();
}
