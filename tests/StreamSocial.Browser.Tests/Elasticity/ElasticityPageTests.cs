using System.Globalization;
using Microsoft.Playwright;
using StreamSocial.Streams.Membership;
using StreamSocial.Scaling;

namespace StreamSocial.Browser.Tests.Elasticity;

/// <summary>Rebalances, decisions and replicas on the live page.</summary>
public sealed class ElasticityPageTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task Timeline_RebalanceEvents_ShowsPhasesAndWhatTheyCost()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 60_000;
        int[] all = [.. Enumerable.Range(0, 1000)];
        await dashboard.ReportAsync("feed-generator-1", all[..600], 0);
        await dashboard.ReportAsync("feed-generator-2", all[600..], 0);
        await dashboard.RebalanceAsync("feed-generator-1", RebalanceEventType.Assigned, at - 30_000, all);
        await dashboard.RebalanceAsync("feed-generator-1", RebalanceEventType.Ready, at - 29_000, []);
        await dashboard.RebalanceAsync("feed-generator-1", RebalanceEventType.Revoked, at + 500, all[600..], 500);
        await dashboard.RebalanceAsync("feed-generator-2", RebalanceEventType.Assigned, at + 1_000, all[600..]);
        var page = await chromium.OpenDashboardAsync(dashboard.Address);

        // While it restores, the pause grows.
        await page.ExpectAsync("#timeline .phase.restoring[data-replica='feed-generator-2']");
        await page.ExpectTextAsync("#rebalances tbody tr:first-child", "so far");

        await dashboard.RebalanceAsync("feed-generator-2", RebalanceEventType.Ready, at + 3_500, []);

        await page.ExpectAsync("#timeline .phase.ready[data-replica='feed-generator-2'] .ready-mark");
        await page.ExpectAsync("#timeline .phase.revoked[data-replica='feed-generator-1']");
        var row = await page.Locator("#rebalances tbody tr:first-child td").AllTextContentsAsync();
        Assert.Equal(["3.5 s", "1,400 partition-s 400 partitions", "400 of 400 needed", "unknown"], row);
        Assert.Equal("user-actions 400 paused: 600-999", await page.TextContentAsync("#rebalance-details"));
        Assert.Equal(2, await page.Locator("#rebalances tbody tr").CountAsync());

        await page.ClickAsync("#rebalances tbody tr:nth-child(2) button");
        await page.ExpectTextAsync("#rebalance-details", "No partition that ran before was paused.");
        Assert.Equal(1, await page.Locator("#timeline .phase").CountAsync());

        await page.ClickAsync("#rebalance-view button[data-view='all']");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#timeline .phase').length === 3");

        await page.GotoAsync($"{dashboard.Address}/plain");
        Assert.Equal(["3.5 s", "1,400.0", "400", "400", "400", "0", "unknown"], await page.Locator("#rebalances tbody tr:first-child td").AllTextContentsAsync());
        await page.CloseAsync();
    }

    [Fact]
    public async Task Charts_Decisions_AreMarkedAlsoAfterAReload()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await dashboard.DecideAsync("old", now - 3_600_000, ScalingVerdict.ScaleOut, 1, 2);
        await dashboard.DecideAsync("out", now - 120_000, ScalingVerdict.ScaleOut, 2, 4);
        await dashboard.DecideAsync("in", now - 60_000, ScalingVerdict.ScaleIn, 4, 3);
        await dashboard.DecideAsync("more", now - 30_000, ScalingVerdict.ScaleOut, 3, 5, isDone: false);
        await dashboard.DecideAsync("hold", now - 1_000, ScalingVerdict.Hold, 3, 3);
        var page = await chromium.OpenDashboardAsync(dashboard.Address);

        foreach (var chart in new[] { "lag", "age", "replicas-chart", "rates" })
            await page.ExpectAsync($"#{chart}[data-marks='2']");
        await page.ExpectTextAsync("#decisions li:has(.undone)", "not done");
        await page.ExpectTextAsync("#decisions li:has(.undone)", "refused");
        await page.WaitForFunctionAsync("() => Number(document.querySelector('#lag').dataset.points) >= 4");
        var before = await PointsAsync(page);

        await page.ReloadAsync();

        await page.ExpectAsync("#lag[data-marks='2']");
        // The first snapshot may come before the history does.
        await page.WaitForFunctionAsync("before => Number(document.querySelector('#lag').dataset.points) >= before", before);
        Assert.Contains("last 15 minutes", await page.GetAttributeAsync("#lag", "aria-label"), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    [Fact]
    public async Task HeatMap_EachMode_ColoursWhatItNames()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenDashboardAsync(dashboard.Address);
        foreach (var (mode, legend) in new[] { ("age", "oldest record waits"), ("rate", "records in per second"), ("owner", "feed-generator-1"), ("cause", "keeps up"), ("lag", "records waiting") })
        {
            await page.ClickAsync($"#heat-mode button[data-mode='{mode}']");

            await page.ExpectAsync($"#heat-mode button[data-mode='{mode}'][aria-pressed='true']");
            await page.ExpectAsync($"canvas[data-topic='user-actions'][data-mode='{mode}'][data-colored='1000']");
            // Whether partitions keep up is known after some readings.
            await page.WaitForFunctionAsync("text => document.querySelector('#legend').textContent.includes(text)", legend);
        }
        await page.CloseAsync();
    }

    [Fact]
    public async Task HeatMap_NoPositionIsKnown_SaysThatAgesAreUnknown()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var page = await chromium.OpenDashboardAsync(dashboard.Address);
        await page.ExpectAsync("canvas[data-topic='user-actions'][data-mode='lag']");

        await page.ClickAsync("#heat-mode button[data-mode='age']");

        await page.ExpectAsync("canvas[data-topic='user-actions'][data-mode='age'][data-colored='0']");
        Assert.Contains("oldest record waits: unknown", await page.TextContentAsync("#legend"), StringComparison.Ordinal);
        Assert.Equal("unknown", await page.TextContentAsync("#oldest .value"));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Demo_AutoscalerIsTold_GroupRebalances()
    {
        await using var dashboard = await DemoDashboard.StartAsync();
        var page = await chromium.OpenDashboardAsync(dashboard.Link);
        await page.ExpectAsync("#control-scale:enabled");
        await page.FillAsync("#control-replicas", "3");

        await page.ClickAsync("#control-scale");

        await page.ExpectAsync("#timeline .phase.ready[data-replica='feed-generator-3']");
        await page.ExpectTextAsync("#decisions", "Somebody asked for 3 replicas.");
        await page.ExpectAsync("#replicas-chart:not([data-marks='0'])");
        await page.ExpectTextAsync("#replicas .value", "3");
        // The made-up replicas report what they restore.
        await page.ExpectTextAsync("#rebalances tbody tr:first-child .restored", "MiB");
        await page.CloseAsync();
    }

    private static async Task<int> PointsAsync(IPage page) => int.Parse((await page.GetAttributeAsync("#lag", "data-points"))!, CultureInfo.InvariantCulture);
}
