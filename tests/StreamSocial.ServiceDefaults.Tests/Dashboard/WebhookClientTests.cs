using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using StreamSocial.Dashboard.Alerts.Webhook;

namespace StreamSocial.ServiceDefaults.Tests.Dashboard;

public sealed class WebhookClientTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    /// <summary>A proxy that wants a login sends everybody to a page that answers 200; nobody has been told then.</summary>
    [Fact]
    public async Task Post_ReceiverRedirects_IsNotFollowed()
    {
        await using var receiver = await TestServer.StartAsync(_ => { }, app =>
        {
            app.MapPost("/alerts", () => Results.Redirect("/login"));
            app.MapGet("/login", () => Results.Ok());
        });
        await using var dashboard = await ServiceParts.StartAsync("dashboard");
        using var client = dashboard.Services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(WebhookClient));

        using var answer = await client.PostAsync(new Uri(receiver.Address, "alerts"), null, Token);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }
}
