using System.Text.Json.Nodes;
using StreamSocial.Alerts.Rules;
using StreamSocial.Events;

namespace StreamSocial.Browser.Tests.Alerts;

/// <summary>From a broker that ends to the banner, the receiver, the silence and the end of the alert; and what a dead receiver was not told.</summary>
public sealed class AlertTests(ChromiumFixture chromium)
{
    private const string Token = "token-of-the-alert-test";
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    private static string[] Configuration(AlertReceiver receiver) =>
    [
        $"--Alerts:Webhook:Url={receiver.Address}",
        "--Alerts:Webhook:RetryDelay=00:00:00.05",
        "--Alerts:Webhook:BreakDuration=00:00:00.5",
        "--Alerts:Rules:BrokerDown:For=00:00:00",
        "--Alerts:Rules:BrokerDown:KeepFiringFor=00:00:01",
        $"--Dashboard:ControlToken={Token}",
    ];

    [Fact]
    public async Task Broker_Ends_IsShownToldSilencedAndResolved()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var dashboard = await RunningDashboard.StartAsync(Configuration(receiver));
        // A silence is kept in the one topic and recorded in the other.
        var broker = dashboard.BrokersBesideLeaderOf(TopicNames.Alerts, TopicNames.Operations)[0];
        var page = await chromium.OpenAsync();
        await page.GotoAsync($"{dashboard.Address}/#token={Token}");
        await page.WaitForSelectorAsync("body[data-version]");

        dashboard.SetBroker(broker, isUp: false);
        await page.WaitForSelectorAsync("#alert-banner:has-text('BrokerDown')");
        await receiver.ExpectAsync(AlertRules.BrokerDown, 1);
        Assert.Equal("4", receiver.First["version"]!.GetValue<string>());

        await page.ClickAsync("#views a[href='?view=alerts']");
        // The time that it has lasted goes on in a row that stays.
        await page.WaitForFunctionAsync(
            """
            () => {
                const row = document.querySelector("tr[data-alert='BrokerDown']");
                const shown = row?.cells[2].textContent;
                if (window.first?.row !== row) window.first = { row, shown };
                return shown !== window.first.shown;
            }
            """);
        await page.FillAsync("#silence-by", "ann");
        await page.FillAsync("#silence-comment", "planned");
        await page.ClickAsync("tr[data-alert='BrokerDown'] button");
        await page.WaitForSelectorAsync("tr[data-alert='BrokerDown'][data-status='silenced']");
        await page.WaitForFunctionAsync("() => !document.querySelector('#alert-banner').textContent.includes('BrokerDown')");
        Assert.Contains("ann", await page.TextContentAsync("tr[data-silence]"), StringComparison.Ordinal);
        Assert.Equal("ann", await page.InputValueAsync("#operator"));

        await page.ClickAsync("tr[data-silence] button");
        await page.WaitForSelectorAsync("#alert-banner:has-text('BrokerDown')");

        dashboard.SetBroker(broker, isUp: true);
        await page.WaitForSelectorAsync("tr[data-resolved='BrokerDown']");
        await receiver.ExpectAsync(AlertRules.BrokerDown, 2);
        Assert.Equal(["firing", "resolved"], receiver.Told(AlertRules.BrokerDown).Select(told => told.Status));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Broker_OneOfTwoIsBack_BannerNamesTheOther()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var dashboard = await RunningDashboard.StartAsync(Configuration(receiver));
        var brokers = dashboard.BrokersBesideLeaderOf(TopicNames.Alerts);
        var page = await chromium.OpenAsync();
        await page.GotoAsync(dashboard.Address);
        await page.WaitForSelectorAsync("body[data-version]");

        dashboard.SetBroker(brokers[0], isUp: false);
        await page.WaitForSelectorAsync($"#alert-banner-text:has-text('Broker {brokers[0]} is')");
        dashboard.SetBroker(brokers[1], isUp: false);
        await receiver.ExpectAsync(AlertRules.BrokerDown, 2);
        dashboard.SetBroker(brokers[0], isUp: true);

        await receiver.ExpectAsync(AlertRules.BrokerDown, 3);
        await page.WaitForFunctionAsync(
            "broker => { const text = document.querySelector('#alert-banner').textContent; return text.includes('BrokerDown') && !text.includes(`Broker ${broker} is`); }", brokers[0]);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Receiver_DeadWhileAlertsComeAndGo_IsToldAllOnceAndInOrderByTheNextStart()
    {
        await using var receiver = await AlertReceiver.StartAsync(isDead: true);
        await using var dashboard = await RunningDashboard.StartAsync(Configuration(receiver));

        var brokers = dashboard.BrokersBesideLeaderOf(TopicNames.Alerts);
        dashboard.SetBroker(brokers[0], isUp: false);
        await receiver.ExpectAsync(() => receiver.Refused > 0, "a request to refuse");
        dashboard.SetBroker(brokers[0], isUp: true);
        await ExpectResolvedAsync(dashboard, AlertRules.BrokerDown);
        await dashboard.RestartAsync(() =>
        {
            receiver.IsDead = false;
            return Task.CompletedTask;
        });

        await receiver.ExpectAsync(AlertRules.BrokerDown, 2);
        Assert.Equal(["firing", "resolved"], receiver.Told(AlertRules.BrokerDown).Select(told => told.Status));

        // Another start has nothing to tell of it: what it tells next is of another time.
        await dashboard.RestartAsync(() => Task.CompletedTask);
        dashboard.SetBroker(brokers[1], isUp: false);
        await receiver.ExpectAsync(AlertRules.BrokerDown, 3);
        Assert.Equal("firing", receiver.Told(AlertRules.BrokerDown)[^1].Status);
        Assert.NotEqual(receiver.Told(AlertRules.BrokerDown)[0].StartsAt, receiver.Told(AlertRules.BrokerDown)[^1].StartsAt);
    }

    [Fact]
    public async Task Receiver_RefusesTheMessagesOfOneRule_IsToldOfTheOthersAllTheSame()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        receiver.RefusedRule = AlertRules.BrokerDown;
        await using var dashboard = await RunningDashboard.StartAsync(Configuration(receiver));

        // The report below needs the second topic's leader.
        dashboard.SetBroker(dashboard.BrokersBesideLeaderOf(TopicNames.Alerts, TopicNames.Members)[0], isUp: false);
        await receiver.ExpectAsync(() => receiver.Refused > 0, "a message to refuse");
        await dashboard.ReportAsync("feed-generator-1", [0], nextOffset: 0, lost: 1);

        await receiver.ExpectAsync(AlertRules.AuditNotZero, 1);
        // Once: it would be refused for ever.
        Assert.Equal(1, receiver.Refused);
        Assert.Empty(receiver.Told(AlertRules.BrokerDown));
    }

    private static async Task ExpectResolvedAsync(RunningDashboard dashboard, string rule)
    {
        using var http = new HttpClient();
        for (var tries = 0; tries < 300; tries++)
        {
            using var answer = await http.GetAsync(new Uri($"{dashboard.Address}/api/alerts"), Cancelled);
            var alerts = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled));
            if (alerts?["resolved"]?.AsArray().Any(alert => alert!["rule"]!.GetValue<string>() == rule) == true)
                return;
            await Task.Delay(100, Cancelled);
        }
        Assert.Fail($"{rule} should have been resolved within 30 s.");
    }
}
