using System.Net.Http.Json;
using StreamSocial.Dashboard.Api;
using StreamSocial.Dashboard.History;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Events;

namespace StreamSocial.Browser.Tests.Snapshots;

/// <summary>The charts' history, which outlives the dashboard.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task History_DashboardIsStartedAgain_GoesOnWithThatOfBefore()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        HistoryDocument before;
        while ((before = await ReadAsync(dashboard)).At.Length < 3)
            await Task.Delay(200, TestContext.Current.CancellationToken);

        // What somebody else writes there is skipped.
        await dashboard.RestartAsync(() => dashboard.AppendAsync(TopicNames.DashboardHistory, 0, 1));

        var after = await ReadAsync(dashboard);
        Assert.Equal(before.At, after.At.Take(before.At.Length));
        Assert.Equal(before.Lag, after.Lag.Take(before.Lag.Length));
        Assert.Equal(after.At.Order(), after.At);
    }

    [Fact]
    public void Thin_SeveralDashboardsWrote_OnePointEachInterval()
    {
        var points = new[] { 2_010L, 0, 1_000, 20, 1_040, 2_000 }.Select(at => new HistoryPoint(at, 1, 1, 0, null, 1, 1, 1));

        Assert.Equal([0, 1_000, 2_000], HistoryTail.Thin(points, distanceMs: 500).Select(point => point.At));
    }

    private static async Task<HistoryDocument> ReadAsync(RunningDashboard dashboard)
    {
        using var http = new HttpClient();
        return (await http.GetFromJsonAsync<HistoryDocument>(new Uri($"{dashboard.Address}/api/history"), TestContext.Current.CancellationToken))!;
    }
}
