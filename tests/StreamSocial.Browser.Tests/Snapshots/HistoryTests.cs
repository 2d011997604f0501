using System.Net.Http.Json;
using StreamSocial.Dashboard.Api;
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

    private static async Task<HistoryDocument> ReadAsync(RunningDashboard dashboard)
    {
        using var http = new HttpClient();
        return (await http.GetFromJsonAsync<HistoryDocument>(new Uri($"{dashboard.Address}/api/history"), TestContext.Current.CancellationToken))!;
    }
}
