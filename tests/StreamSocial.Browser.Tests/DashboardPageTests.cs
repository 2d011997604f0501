using System.Globalization;
using Microsoft.Playwright;
using StreamSocial.Events;
using StreamSocial.Events.Stages;

namespace StreamSocial.Browser.Tests;

public sealed class DashboardPageTests(ChromiumFixture chromium) : IAsyncLifetime
{
    /// <summary>A row of the member table has its partitions of each input, then its lag.</summary>
    private static readonly int LagCell = FeedGeneratorStages.Inputs.Length;

    private readonly List<string> _complaints = [];
    private RunningDashboard? _dashboard;
    private IPage? _page;

    private RunningDashboard Dashboard => _dashboard!;

    private IPage Page => _page!;

    public async ValueTask InitializeAsync()
    {
        _page = await chromium.OpenAsync();
        _page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _complaints.Add(message.Text);
        };
        _page.PageError += (_, error) => _complaints.Add(error);
        _dashboard = await RunningDashboard.StartAsync();
        var index = await _page.APIRequest.GetAsync(_dashboard.Address);
        if (!(await index.TextAsync()).Contains("app.js", StringComparison.Ordinal))
            Assert.Skip("The live page was not built: Node 20 or newer was not on the PATH.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_page is not null)
            await _page.CloseAsync();
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
    }

    [Fact]
    public async Task Page_FullProfile_ShowsACellForEachPartition()
    {
        await OpenAsync();

        await ExpectAsync("canvas[data-topic='user-actions'][data-cells='1000']");
        await ExpectAsync("canvas[data-topic='content-interactions'][data-cells='500']");
        await ExpectAsync("canvas[data-topic='feed-updates'][data-cells='1000']");
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task Brokers_OneEnds_IsShownUntilItIsBack()
    {
        await OpenAsync("?view=brokers");
        await ExpectAsync("tr[data-broker='1'][data-status='running']");
        await ExpectAsync("tr[data-broker='3'][data-status='running']");

        Dashboard.SetBroker(3, isUp: false);
        await ExpectAsync("tr[data-broker='3']:not([data-status='running'])");
        Assert.Contains(" since ", await Page.TextContentAsync("tr[data-broker='3']"), StringComparison.Ordinal);
        await ExpectAsync("tr[data-broker='1'][data-status='running']");

        Dashboard.SetBroker(3, isUp: true);
        await ExpectAsync("tr[data-broker='3'][data-status='running']");
    }

    [Fact]
    public async Task Views_OneIsChosen_AddressNamesItAndBackReturns()
    {
        await OpenAsync();
        Assert.Equal("Overview", await CurrentViewAsync());

        await Page.ClickAsync("#views >> text=Brokers");
        Assert.EndsWith("/?view=brokers", Page.Url, StringComparison.Ordinal);
        Assert.Equal("Brokers", await CurrentViewAsync());
        Assert.True(await Page.IsHiddenAsync("#tiles"));

        await Page.ReloadAsync();
        Assert.Equal("Brokers", await CurrentViewAsync());
        Assert.True(await Page.IsVisibleAsync("#brokers-title"));

        await Page.GoBackAsync();
        Assert.Equal("Overview", await CurrentViewAsync());
        Assert.True(await Page.IsHiddenAsync("#brokers"));
        await OpenAsync("?view=none-of-ours");
        Assert.Equal("Overview", await CurrentViewAsync());
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task Page_LeftOpen_KeepsUpdating()
    {
        await OpenAsync();
        var first = await VersionAsync();

        await Page.WaitForFunctionAsync("first => Number(document.body.dataset.version) >= first + 2", first);

        Assert.Equal("Live", await Page.TextContentAsync("#status-text"));
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task Page_NobodyReports_SaysUnknownInsteadOfZero()
    {
        await Dashboard.AppendAsync(TopicNames.UserActions, 7, 3);
        await OpenAsync();

        await ExpectAsync("canvas[data-topic='user-actions'][data-unknown='1000']");
        foreach (var tile in new[] { "lag-total", "replicas", "lost", "misordered", "duplicates" })
            Assert.Equal("unknown", await Page.TextContentAsync($"#{tile} .value"));
        Assert.Contains("replicas", await Page.TextContentAsync("#unknown"), StringComparison.Ordinal);

        // The members themselves are unknown, too, until their topic has been read to its end.
        await Page.WaitForFunctionAsync("() => document.querySelector('#members').textContent === 'No feed generator reports.'");
    }

    [Fact]
    public async Task Page_GeneratorsReport_ListsThemWithTheirPartitions()
    {
        await Dashboard.AppendAsync(TopicNames.UserActions, 7, 3);
        await Dashboard.ReportAsync("feed-generator-1", Enumerable.Range(0, 600), 0);
        await Dashboard.ReportAsync("feed-generator-2", Enumerable.Range(600, 400), 0);
        await OpenAsync();

        await ExpectAsync("canvas[data-topic='user-actions'][data-unknown='0']");
        await ExpectAsync("tr[data-member='feed-generator-2']");
        Assert.Equal("600", await CellAsync("feed-generator-1", 0));
        Assert.Equal("400", await CellAsync("feed-generator-2", 0));
        Assert.Equal("3", await CellAsync("feed-generator-1", LagCell));
        Assert.Equal("0", await CellAsync("feed-generator-2", LagCell));
        Assert.Equal("unknown", await Page.TextContentAsync("tr[data-member='feed-generator-1'] .busy-cell"));
        Assert.Contains("good", await Page.GetAttributeAsync("#lost", "class"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_GeneratorLostEntries_Alarms()
    {
        await Dashboard.ReportAsync("feed-generator-1", [0], 0, lost: 2);
        await OpenAsync();

        await ExpectAsync("#lost.bad");
        Assert.Equal("2", await Page.TextContentAsync("#lost .value"));
        Assert.Equal("2", await Page.TextContentAsync("tr[data-member='feed-generator-1'] .alarm"));
    }

    [Fact]
    public async Task HeatMap_CellPointedAt_TellsItsFigures()
    {
        await Dashboard.AppendAsync(TopicNames.UserActions, 0, 5);
        await Dashboard.ReportAsync("feed-generator-1", Enumerable.Range(0, 1000), 1);
        await OpenAsync();
        await ExpectAsync("canvas[data-topic='user-actions'][data-unknown='0']");

        await Page.HoverAsync("canvas[data-topic='user-actions']", new PageHoverOptions { Position = new Position { X = 3, Y = 3 } });

        await ExpectAsync("#tip:not([hidden])");
        var tip = await Page.TextContentAsync("#tip");
        Assert.Matches("^user-actions #0lag 4oldest waits [0-9.]+ m?sin .+, processed .+log end 5owner feed-generator-1consumer [a-z]+", tip);
    }

    [Fact]
    public async Task Toggle_Owner_NamesTheOwnersInTheLegend()
    {
        await Dashboard.ReportAsync("feed-generator-1", Enumerable.Range(0, 1000), 0);
        await OpenAsync();
        await ExpectAsync("tr[data-member='feed-generator-1']");

        await Page.ClickAsync("button[data-mode='owner']");

        Assert.Contains("feed-generator-1", await Page.TextContentAsync("#legend"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainPage_SameCluster_ShowsTheSameFigures()
    {
        await Dashboard.AppendAsync(TopicNames.UserActions, 41, 12);
        await Dashboard.ReportAsync("feed-generator-1", Enumerable.Range(0, 1000), 0);
        await OpenAsync();
        await ExpectAsync("canvas[data-topic='user-actions'][data-unknown='0']");
        var live = await CellAsync("feed-generator-1", LagCell);

        await Page.GotoAsync($"{Dashboard.Address}/plain");

        Assert.Equal("12", live);
        Assert.Equal(1500, await Page.Locator("table.heat[data-topic='user-actions'] td, table.heat[data-topic='content-interactions'] td").CountAsync());
        // Twenty in a row: partition 41 is the second cell of the third.
        Assert.Equal(live, await Page.TextContentAsync("table.heat[data-topic='user-actions'] tbody tr:nth-child(3) td:nth-child(3)"));
        Assert.Equal(["1000", "0", "0"], (await Page.Locator("#members tbody td").AllTextContentsAsync()).Take(3));
        Assert.Contains("Replicas runningunknown", await Page.TextContentAsync("#totals"), StringComparison.Ordinal);
        Assert.Empty(_complaints);
    }

    private async Task OpenAsync(string view = "")
    {
        await Page.GotoAsync($"{Dashboard.Address}/{view}");
        await ExpectAsync("body[data-version]");
    }

    private async Task<int> VersionAsync() => int.Parse((await Page.GetAttributeAsync("body", "data-version"))!, CultureInfo.InvariantCulture);

    private Task<string?> CurrentViewAsync() => Page.TextContentAsync("#views [aria-current='page']");

    private Task<string?> CellAsync(string member, int index) => Page.Locator($"tr[data-member='{member}'] td").Nth(index).TextContentAsync();

    // Attached, not visible: an element may be below the fold, and data attributes are what is asked for.
    private async Task ExpectAsync(string selector) =>
        await Page.WaitForSelectorAsync(selector, new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
}
