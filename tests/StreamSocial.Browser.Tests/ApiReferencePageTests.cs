using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace StreamSocial.Browser.Tests;

/// <summary>Scalar's page of the dashboard, under the dashboard's content security policy.</summary>
public sealed class ApiReferencePageTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task Page_UnderTheContentSecurityPolicy_ShowsTheApiWithoutForeignRequests()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var page = await chromium.OpenAsync();
        // Requests are also seen while the dashboard ends. What a handler throws ends the connection to the browser, and with it every other test.
        var address = dashboard.Address;
        var (complaints, foreign) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                foreign.Enqueue(request.Url);
        };

        await page.GotoAsync(address + "/scalar/");

        await page.GetByText("What fires and is pending").First.WaitForAsync();
        // Of many groups only the first is open.
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "snapshot" }).First.ClickAsync();
        await page.GetByText("The latest snapshot of the cluster").First.WaitForAsync();
        Assert.Empty(foreign);
        Assert.Empty(complaints);
        await page.CloseAsync();
    }
}
