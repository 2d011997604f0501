using Google.Protobuf;
using Microsoft.Playwright;
using StreamSocial.Browser.Tests.Elasticity;
using StreamSocial.Events;

namespace StreamSocial.Browser.Tests.Records;

/// <summary>The view of records: dead letters are looked into and sent back. And the button that restarts a replica.</summary>
public sealed class RecordsPageTests(ChromiumFixture chromium) : IAsyncLifetime
{
    private const string Row = "tr[data-letter='user-actions.dlq:3:0']";

    private RunningDashboard? _dashboard;

    private RunningDashboard Dashboard => _dashboard!;

    public async ValueTask InitializeAsync() => _dashboard = await RunningDashboard.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
    }

    [Fact]
    public async Task DeadLetter_LookedIntoAndSentBack_GoesToItsPartitionAndIsRecorded()
    {
        await Dashboard.BuryAsync(new UserAction { ActionId = "p1", Type = ActionType.Post, UserId = "ann", Text = "given <b>up</b>" }.ToByteArray(), "it failed");
        await Dashboard.BuryAsync([0xFF, 0x01], "no message");
        var page = await OpenAsync("?view=records");

        await page.ClickAsync($"{Row} button");
        await page.ExpectTextAsync(".letter pre", "given <b>up</b>");
        await page.ExpectTextAsync(".letter", "dlq-error-type");
        await page.ClickAsync("tr[data-letter='user-actions.dlq:3:1'] button");
        await page.WaitForSelectorAsync(".letter pre:text-is('ff 01')");

        Assert.True(await page.IsDisabledAsync("#letters-replay"));
        await page.CheckAsync($"{Row} input");
        await page.ClickAsync("#letters-replay");
        await page.ClickAsync("dialog >> text=Send back");
        await page.ExpectTextAsync("#letters-note", "1 were sent back.");
        Assert.Equal([new UserAction { ActionId = "p1", Type = ActionType.Post, UserId = "ann", Text = "given <b>up</b>" }], await Dashboard.ReadActionsAsync(partition: 3));

        // The row says that it was sent, and where and by whom stands in the log of actions.
        await page.WaitForSelectorAsync($"{Row} td:nth-child(7):not(.dim)");
        await page.ClickAsync("#views >> text=Operations");
        await page.WaitForSelectorAsync("#operations tr[data-outcome='done']:has-text('dead-letters-replay'):has-text('user-actions.dlq:3 0')");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Topic_InTheAddress_IsChosenAndShared()
    {
        await Dashboard.BuryAsync([1], "it failed");
        var page = await OpenAsync("?view=records&topic=notifications");
        await page.ExpectTextAsync("#letters", "No dead letters.");
        await page.WaitForFunctionAsync("() => document.querySelector('#letters-topic').value === 'notifications'");

        await page.SelectOptionAsync("#letters-topic", "user-actions");

        await page.WaitForSelectorAsync(Row);
        Assert.EndsWith("?view=records&topic=user-actions", page.Url, StringComparison.Ordinal);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Topic_ChosenAnew_LateAnswerOfTheOneBeforeIsNotShown()
    {
        await Dashboard.BuryAsync([1], "it failed");
        var page = await OpenAsync("?view=records");
        await page.WaitForSelectorAsync(Row);
        var release = new TaskCompletionSource();
        await page.RouteAsync("**/api/dead-letters?topic=notifications", async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });

        await page.RunAndWaitForRequestAsync(() => page.SelectOptionAsync("#letters-topic", "notifications"), "**/api/dead-letters?topic=notifications");
        await page.RunAndWaitForResponseAsync(() => page.SelectOptionAsync("#letters-topic", "user-actions"), "**/api/dead-letters?topic=user-actions");
        await page.RunAndWaitForResponseAsync(() => Task.FromResult(release.TrySetResult()), "**/api/dead-letters?topic=notifications");

        // The next answer comes after that one.
        await page.EvaluateAsync("async () => await (await fetch('api/dead-letters?')).text()");
        Assert.Equal(1, await page.Locator(Row).CountAsync());
        await page.CloseAsync();
    }

    [Fact]
    public async Task Restart_Asked_IsDoneOnlyWhenConfirmedAndSaysWhatCameOfIt()
    {
        await Dashboard.ReportAsync("feed-generator-1", [0, 1], 0);
        var page = await OpenAsync("");
        var button = "button[data-restart='feed-generator-1']";

        await page.ClickAsync(button);
        await page.ClickAsync("dialog >> text=Cancel");
        Assert.Equal("", await page.TextContentAsync("#restart-note"));

        await page.FocusAsync(button);
        await page.Keyboard.PressAsync("Enter");
        await page.ClickAsync("dialog >> text=Restart >> nth=-1");
        await page.ExpectTextAsync("#restart-note", "feed-generator-1 was not restarted. The dashboard knows no AppHost");
        await page.CloseAsync();
    }

    /// <summary>Opens the page, when the log of actions has been read: before, nothing is sent back.</summary>
    private async Task<IPage> OpenAsync(string query)
    {
        var page = await chromium.OpenDashboardAsync($"{Dashboard.Address}/{query}#token={RunningDashboard.Token}");
        await page.WaitForFunctionAsync("async () => (await fetch('api/operations')).ok");
        return page;
    }
}
